#ifndef MOOF_INTERRUPTS_H
#define MOOF_INTERRUPTS_H

#include "types.h"

void interrupt_level1(void);                                /* called by boot.s */
void fault(u32 vector, u32 pc) __attribute__((noreturn));

#endif
