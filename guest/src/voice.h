/* One voice: a sine whose frequency may change and whose gain only ever ramps, so that nothing clicks. */
#ifndef MOOF_VOICE_H
#define MOOF_VOICE_H

#include "types.h"

enum { GAIN_FULL = 0x7FFF << 8 };           /* gains have 8 fraction bits below a 15-bit factor, for slow ramps */

enum { VOICE_RAMP_MS = 6 };                  /* in and out: too short to hear, too long to click */

typedef struct {
    u32 phase, increment;                   /* a turn is 2^32 */
    s32 gain, target, step;                 /* step >= 0 per frame */
    s32 sustain_step;                       /* once the target is reached, down to zero at this rate; 0: stays */
} Voice;

/* Rates are in Hz, and 16.16 where it says so. */
void voice_pitch(Voice *voice, u32 millihertz, u32 fixed_rate);
void voice_ramp(Voice *voice, s32 target, u16 milliseconds, u32 rate);
void voice_decay(Voice *voice, u16 milliseconds, u32 rate);     /* after the ramp, from full gain */
s32 voice_next(Voice *voice);                                   /* the next sample, -32767 .. 32767 */

static inline bool voice_is_silent(const Voice *voice) { return voice->gain == 0 && voice->target == 0; }

#endif
