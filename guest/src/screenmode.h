/* Changes the video mode while the desktop runs. */
#ifndef MOOF_SCREENMODE_H
#define MOOF_SCREENMODE_H

#include "types.h"

bool screen_mode_change(u16 width, u16 height, u8 depth);       /* draws everything anew; false if there is no such mode */

#endif
