/* Sound: up to two voices, mixed on demand by the audio interrupt, in any of the formats the machine takes. */
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
void sound_answer(void);                        /* interrupt: fills the buffer the host waits for */
void sound_idle(void);                          /* once a tick: closes the output when the last voice has faded */

SoundFormat sound_format(void);
void sound_set_format(SoundFormat format);      /* what plays goes on in the new format */
void sound_tone(u16 hertz);                     /* a lasting sine */
void sound_sweep(void);
void sound_ramp(void);
void sound_tune(const Tune *tune);
void sound_stop(void);
u8 sound_volume(void);                          /* 0 .. VOLUME_MAX, kept in XPRAM */
void sound_set_volume(u8 volume);

enum SoundProgram sound_playing(void);          /* what plays now, for buttons to show */
u16 sound_tone_hertz(void);                     /* of SOUND_TONE */

#endif
