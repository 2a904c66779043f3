/* Plays a tune: sets the notes of the voices, frame by frame. */
#ifndef MOOF_TUNEPLAYER_H
#define MOOF_TUNEPLAYER_H

#include "types.h"
#include "voice.h"

enum { TUNE_PARTS = 2 };                        /* melody and bass */

typedef struct { u8 pitch, length; } Note;      /* MIDI note number, 0 = rest; length in eighths, 0 ends the part */

typedef struct {
    const Note *parts[TUNE_PARTS];
    u16 eighth_ms;
} Tune;

typedef struct {
    const Tune *tune;
    struct { const Note *next; u32 frames_left; } parts[TUNE_PARTS];
} TunePlayer;

void tune_start(TunePlayer *player, const Tune *tune);
bool tune_step(TunePlayer *player, Voice voices[TUNE_PARTS], u32 fixed_rate);   /* before each frame; false at the end */

#endif
