#include "tuneplayer.h"

enum { DECAY_MS = 1400 };

static const s32 gains[TUNE_PARTS] = {GAIN_FULL / 2, GAIN_FULL / 3};

/* MIDI 96 to 107, in millihertz, equal temperament at A4 = 440 Hz. */
static const u32 top_octave[12] = {2093005, 2217461, 2349318, 2489016, 2637020, 2793826,
                                   2959955, 3135963, 3322438, 3520000, 3729310, 3951066};

static u32 pitch_millihertz(u8 pitch)
{
    return top_octave[pitch % 12] >> (8 - pitch / 12);
}

void tune_start(TunePlayer *player, const Tune *tune)
{
    player->tune = tune;
    for (u8 part = 0; part < TUNE_PARTS; part++) {
        player->parts[part].next = tune->parts[part];
        player->parts[part].frames_left = 0;
    }
}

static bool next_note(TunePlayer *player, u8 part, Voice *voice, u32 fixed_rate)
{
    u32 hertz = fixed_rate >> 16;
    Note note = *player->parts[part].next;
    if (!note.length)
        return false;
    player->parts[part].next++;
    player->parts[part].frames_left = player->tune->eighth_ms * note.length * hertz / 1000;
    if (!note.pitch)
        return true;
    voice_pitch(voice, pitch_millihertz(note.pitch), fixed_rate);
    voice_ramp(voice, gains[part], VOICE_RAMP_MS, hertz);
    voice_decay(voice, DECAY_MS, hertz);
    return true;
}

bool tune_step(TunePlayer *player, Voice voices[TUNE_PARTS], u32 fixed_rate)
{
    for (u8 part = 0; part < TUNE_PARTS; part++) {
        if (player->parts[part].frames_left == 0 && !next_note(player, part, &voices[part], fixed_rate))
            return false;
        player->parts[part].frames_left--;
    }
    return true;
}
