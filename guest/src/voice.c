#include "voice.h"

extern const s16 sine_table[];              /* tools/sine.py: 1024 steps of a turn, and the first again */

/* floor(a * 2^32 / b) for a < b, bit by bit; called once a note, so it need not be fast. */
static u32 fraction32(u32 a, u32 b)
{
    u32 quotient = 0;
    for (u8 bit = 0; bit < 32; bit++) {
        a <<= 1;
        quotient <<= 1;
        if (a >= b) {
            a -= b;
            quotient |= 1;
        }
    }
    return quotient;
}

void voice_pitch(Voice *voice, u32 millihertz, u32 fixed_rate)
{
    u32 rate_millihertz = (fixed_rate >> 16) * 1000 + ((fixed_rate & 0xFFFF) * 1000 >> 16);
    voice->increment = fraction32(millihertz, rate_millihertz);
}

void voice_ramp(Voice *voice, s32 target, u16 milliseconds, u32 rate)
{
    voice->target = target;
    voice->step = GAIN_FULL / (s32)(rate * milliseconds / 1000);
    voice->sustain_step = 0;
}

void voice_decay(Voice *voice, u16 milliseconds, u32 rate)
{
    voice->sustain_step = GAIN_FULL / (s32)(rate / 50 * milliseconds / 20) + 1;
}

/* Linear interpolation between the table's steps: the error stays below one part in 200,000. */
static s32 sine(u32 phase)
{
    const s16 *at = &sine_table[phase >> 22];
    s32 fraction = (s32)(phase >> 6 & 0xFFFF);
    return at[0] + ((at[1] - at[0]) * fraction >> 16);
}

static void follow_gain(Voice *voice)
{
    if (voice->gain < voice->target) {
        voice->gain += voice->step;
        if (voice->gain >= voice->target)
            voice->gain = voice->target;
    } else if (voice->gain > voice->target) {
        voice->gain -= voice->step;
        if (voice->gain <= voice->target)
            voice->gain = voice->target;
    } else if (voice->sustain_step) {
        voice->target = 0;
        voice->step = voice->sustain_step;
    }
}

s32 voice_next(Voice *voice)
{
    s32 sample = sine(voice->phase) * (voice->gain >> 8) >> 15;
    voice->phase += voice->increment;
    follow_gain(voice);
    return sample;
}
