/* The stack of windows as windowopen.c changes it; programs need windows.h only. */
#ifndef MOOF_WINDOWSTACK_H
#define MOOF_WINDOWSTACK_H

#include "windows.h"

void windows_clear(void);                       /* no window is in use */
Window *window_allocate(void);                  /* an unused one; NULL when all are in use */
void window_link(Window *window);               /* on top of its kind */
void window_unlink(Window *window);

#endif
