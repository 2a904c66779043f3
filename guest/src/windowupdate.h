/* What windowopen.c, windowupdate.c and windowmove.c share; programs need windows.h only. */
#ifndef MOOF_WINDOWUPDATE_H
#define MOOF_WINDOWUPDATE_H

#include "windows.h"

void windows_compute_visible(void);                         /* after any change of frames or order */
/* Adds it to the update regions of the windows that are visible there. */
void windows_invalidate_region(const Region *region);
void window_invalidate_frame(Window *window);               /* title bar and outline; NULL is allowed */

#endif
