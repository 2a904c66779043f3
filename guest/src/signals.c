#include "signals.h"

enum { STEP_FRAMES = 16 };              /* between two changes of the frequency; too short to be audible as steps */

static const u32 highest = 0x73333333;  /* 0.45 turns a frame */

void sweep_start(Sweep *sweep, u32 lowest, u32 fixed_rate)
{
    sweep->lowest = sweep->increment = lowest;
    sweep->frames = 0;
    sweep->falling = false;
    sweep->shift = 12;                  /* at 44100 and 48000 Hz; slower rates take larger steps */
    for (u32 rate = fixed_rate >> 16; rate < 40000; rate *= 2)
        sweep->shift--;
}

u32 sweep_next(Sweep *sweep)
{
    if (++sweep->frames == STEP_FRAMES) {
        sweep->frames = 0;
        u32 step = sweep->increment >> sweep->shift;
        sweep->increment = sweep->falling ? sweep->increment - step : sweep->increment + step;
        if (sweep->increment >= highest)
            sweep->falling = true;
        else if (sweep->increment <= sweep->lowest)
            sweep->falling = false;
    }
    return sweep->increment;
}

void ramp_start(Ramp *ramp, u8 bits)
{
    ramp->next = 0;
    ramp->bits = bits;
}

u32 ramp_next(Ramp *ramp, u32 *right)
{
    u32 period = ramp->bits == 8 ? RAMP_PERIOD_8 : 65536;
    u32 left = ramp->next;
    *right = period - 1 - left;
    ramp->next = left + 1 == period ? 0 : left + 1;
    return left;
}
