/* A picture of the keyboard: what each key types at present, and which keys are down. */
#ifndef MOOF_KEYCAPS_H
#define MOOF_KEYCAPS_H

#include "windows.h"

enum { KEYCAPS_WIDTH = 15 * 24 + 8, KEYCAPS_HEIGHT = 5 * 24 + 8 };

void keycaps_draw(s16 left, s16 top);                       /* all of it, in the port */
/* Draws the keys that are different since they were drawn last. */
void keycaps_update(Window *window, s16 left, s16 top);

#endif
