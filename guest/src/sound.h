/* Sound: up to two voices, mixed on request by the audio interrupt, in any format that the machine supports. */
#ifndef MOOF_SOUND_H
#define MOOF_SOUND_H

#include "tuneplayer.h"
#include "types.h"

typedef struct {
    u32 rate;                   /* Hz, 16.16 */
    u8 bits;                    /* 8 or 16 */
    u8 channels;                /* 1 or 2 */
} SoundFormat;

enum { SOUND_RATES = 5 };
extern const u32 sound_rates[SOUND_RATES];      /* 16.16 */

enum SoundProgram { SOUND_SILENCE, SOUND_TONE, SOUND_SWEEP, SOUND_RAMP, SOUND_TUNE };

void sound_start(void);
void sound_answer(void);                        /* interrupt: fills the requested buffer */
void sound_idle(void);                          /* once a tick: closes the source when the last voice has faded */

SoundFormat sound_format(void);
void sound_set_format(SoundFormat format);      /* the sound continues in the new format */
void sound_tone(u16 hertz);                     /* a continuous sine */
void sound_sweep(void);
void sound_ramp(void);
void sound_tune(const Tune *tune);
void sound_stop(void);
u8 sound_volume(void);                          /* 0 .. VOLUME_MAX, kept in XPRAM */
void sound_set_volume(u8 volume);

enum SoundProgram sound_playing(void);          /* the current sound, which the buttons show */
u16 sound_tone_hertz(void);                     /* of SOUND_TONE */

#endif
