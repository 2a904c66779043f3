/* A machine-readable clock: CLOCK_REALTIME in ms as a row of blocks at the lower left of the screen, over all windows. */
#ifndef MOOF_TIMEBAR_H
#define MOOF_TIMEBAR_H

#include "types.h"

/* Blocks are 16 x 16 pixels. The first is black, the second white; then TIME_BAR_BITS bits of the time, highest first, black
 * for 1; then one that makes the number of black blocks among bits and itself even. */
enum { TIME_BAR_BLOCK = 16, TIME_BAR_BITS = 20, TIME_BAR_BLOCKS = TIME_BAR_BITS + 3 };

void time_bar_open(void);
void time_bar_close(void);
void time_bar_show(u32 milliseconds);

#endif
