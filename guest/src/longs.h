/* Copies and fills of many longs, which take most of the time of drawing (longs.s). */
#ifndef MOOF_LONGS_H
#define MOOF_LONGS_H

#include "types.h"

void copy_longs(u32 *to, const u32 *from, u32 count);   /* upwards: `to` must not be within the longs not read yet */
/* Downwards from the ends: `to` may lie above `from` and overlap it. */
void copy_longs_down(u32 *to_end, const u32 *from_end, u32 count);
void fill_longs(u32 *to, u32 value, u32 count);

#endif
