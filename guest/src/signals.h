/* Test signals, whose loss or change is easy to detect: a sweep, and numbered samples. */
#ifndef MOOF_SIGNALS_H
#define MOOF_SIGNALS_H

#include "types.h"

/* A sine that sweeps from 40 Hz to 0.45 of the rate and back, each way in about eight seconds; its frequency is the
 * phase's increment per frame, where a turn is 2^32. */
typedef struct {
    u32 lowest, increment;
    u16 frames;                 /* since the increment last changed */
    u8 shift;                   /* it changes by 1 / 2^shift */
    bool falling;
} Sweep;

void sweep_start(Sweep *sweep, u32 lowest, u32 fixed_rate);
u32 sweep_next(Sweep *sweep);                           /* the increment for the next frame */

/* Numbers instead of a wave: 16-bit samples count 0 to 65535, 8-bit ones 0 to 250 (251 values, a
 * prime: no lost block has a multiple of that length). The right channel counts down. Never mixed, never attenuated. */
enum { RAMP_PERIOD_8 = 251 };

typedef struct { u32 next; u8 bits; } Ramp;

void ramp_start(Ramp *ramp, u8 bits);
u32 ramp_next(Ramp *ramp, u32 *right);                  /* the left number; both are 0 .. 250 or 0 .. 65535 */

#endif
