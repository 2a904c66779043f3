/* A document that a program wants another one to open: main.c does it after the event. */
#ifndef MOOF_OPENING_H
#define MOOF_OPENING_H

#include "types.h"

enum OpeningWith { OPEN_NOTHING, OPEN_WITH_NOTES, OPEN_WITH_SKETCH };

void opening_request(enum OpeningWith with, const char *name);
enum OpeningWith opening_take(const char **name);                       /* and forgets it */

#endif
