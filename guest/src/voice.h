/* One voice: a sine whose frequency may change and whose gain changes only in ramps, so that there are no clicks. */
#ifndef MOOF_VOICE_H
#define MOOF_VOICE_H

#include "types.h"

enum { GAIN_FULL = 0x7FFF << 8 };           /* 8 fraction bits below a 15-bit factor, for slow ramps */

enum { VOICE_RAMP_MS = 6 };                  /* attack and release: not audible as a fade, and without a click */

typedef struct {
    u32 phase, increment;                   /* a turn is 2^32 */
    s32 gain, target, step;                 /* step >= 0 per frame */
    s32 sustain_step;                       /* decrement per frame after the target is reached; 0: sustains */
} Voice;

/* Rates are in Hz, 16.16 if the name says `fixed`. */
void voice_pitch(Voice *voice, u32 millihertz, u32 fixed_rate);
void voice_ramp(Voice *voice, s32 target, u16 milliseconds, u32 rate);
void voice_decay(Voice *voice, u16 milliseconds, u32 rate);     /* after the ramp, from full gain */
s32 voice_next(Voice *voice);                                   /* the next sample, -32767 .. 32767 */

static inline bool voice_is_silent(const Voice *voice) { return voice->gain == 0 && voice->target == 0; }

#endif
