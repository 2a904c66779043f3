#ifndef MOOF_MEMORY_H
#define MOOF_MEMORY_H

#include "types.h"

typedef unsigned long size_t;

void *memcpy(void *to, const void *from, size_t count);
void *memmove(void *to, const void *from, size_t count);
void *memset(void *to, int value, size_t count);

#endif
