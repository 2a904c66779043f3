/* Many longs at once: what the screen's fills and copies spend their time in (longs.s). */
#ifndef MOOF_LONGS_H
#define MOOF_LONGS_H

#include "types.h"

void copy_longs(u32 *to, const u32 *from, u32 count);   /* upwards: `to` must not lie within what is still to be read */
void fill_longs(u32 *to, u32 value, u32 count);

#endif
