/* Sound: up to two voices, mixed on demand by the audio interrupt, in any of the formats the machine takes. */
#ifndef MOOF_SOUND_H
#define MOOF_SOUND_H

#include "types.h"

typedef struct {
    u32 rate;                   /* Hz */
    u8 bits;                    /* 8 or 16 */
    u8 channels;                /* 1 or 2 */
} SoundFormat;

typedef struct { u8 pitch, length; } Note;      /* MIDI note number, 0 = rest; length in eighths, 0 ends the part */

typedef struct {
    const Note *parts[2];       /* melody and bass */
    u16 eighth_ms;
} Tune;

enum { SOUND_RATES = 4 };
extern const u32 sound_rates[SOUND_RATES];

void sound_start(void);
void sound_answer(void);                        /* interrupt: fills the buffer the host waits for */
void sound_idle(void);                          /* once a tick: closes the output when the last voice has faded */

SoundFormat sound_format(void);
void sound_set_format(SoundFormat format);      /* what plays goes on in the new format */
void sound_tone(u16 hertz);                     /* a lasting sine */
void sound_tune(const Tune *tune);
void sound_stop(void);
u8 sound_volume(void);                          /* 0 .. VOLUME_MAX, kept in XPRAM */
void sound_set_volume(u8 volume);

bool sound_is_tone(u16 hertz);                  /* what plays now, for buttons to show */
bool sound_is_tune(void);

#endif
