/* The Trash on the desktop: where its icon is and whether it has something. */
#ifndef MOOF_TRASH_H
#define MOOF_TRASH_H

#include "windows.h"

void trash_place(Window *desktop, Rect box);    /* the box is local to the desktop */
void trash_show(bool full);                     /* draws the icon anew if that has changed */
bool trash_is_full(void);
bool trash_at(Point where);                     /* global; false if a window covers it there */

#endif
