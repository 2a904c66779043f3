/* Calculator's tape: what was computed, a line for each number, and its document. */
#ifndef MOOF_TAPE_H
#define MOOF_TAPE_H

#include "decimal.h"
#include "windows.h"

/* What a line has behind its number; TAPE_RESULT ends a calculation. */
enum { TAPE_RESULT = 0 };

void tape_open(Window *window);
void tape_close(void);
void tape_add(Decimal number, char sign);   /* in Mac Roman */
void tape_change_sign(char sign);           /* of the last line */
void tape_draw(Rect box);                   /* the last lines that fit; local, like all drawing */

bool tape_can(enum Command command);        /* New, Open, Save, Save As */
void tape_command(enum Command command);    /* outside of drawing_begin */
bool tape_may_close(void);

#endif
