/* The pointer on the picture. It follows the mouse from interrupts, so it moves even while a program is busy. */
#ifndef MOOF_CURSOR_H
#define MOOF_CURSOR_H

#include "draw.h"

void cursor_start(Point where);
void cursor_lift(void);                 /* off the picture: screen_begin */
void cursor_drop(void);                 /* back onto it, where the mouse is now: screen_end */
void cursor_follow(void);               /* from the interrupt, when the mouse may have moved */
void cursor_shape(const Art *shape);
void cursor_obscure(void);              /* hidden until the mouse moves: while one types */

#endif
