/* Draws a window's frame: title bar, close box, grow box, shadow. */
#ifndef MOOF_WINDOWFRAME_H
#define MOOF_WINDOWFRAME_H

#include "windows.h"

void window_frame_draw(const Window *window, bool active);      /* global coordinates */
void window_grow_draw(const Window *window, bool active);       /* local coordinates */

#endif
