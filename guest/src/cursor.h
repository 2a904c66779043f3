/* The cursor in the framebuffer, and the bracket around every change of the framebuffer, which erases the cursor.
 * The level 1 interrupt moves the cursor, so it moves even while a program is busy. */
#ifndef MOOF_CURSOR_H
#define MOOF_CURSOR_H

#include "draw.h"

/* All drawing is done between these two; the pairs nest. Outside them SCREEN_SEQUENCE is even, the cursor is drawn,
 * and the host may capture the framebuffer; inside, the cursor is erased, so that no drawing covers or copies it. */
void drawing_begin(void);
void drawing_end(void);

void cursor_start(Point where);
void cursor_follow(void);               /* called by the interrupt when the mouse may have moved */
void cursor_shape(const Art *shape);
void cursor_obscure(void);              /* hides it until the mouse moves, as while typing */

#endif
