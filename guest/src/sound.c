#include "sound.h"

#include "lowmem.h"
#include "machine.h"
#include "settings.h"
#include "voice.h"

enum {
    VOICES = 2,
    FRAMES_MAX = 960,           /* the host never asks for more */
    RAMP_MS = 6,                /* in and out: too short to hear, too long to click */
    VOLUME_RAMP = 16,           /* of 65536 per frame */
    GIVE_UP_TICKS = 20,         /* nobody asks for samples any more: close without fading */
    TONE_GAIN = GAIN_FULL / 2, MELODY_GAIN = GAIN_FULL / 2, BASS_GAIN = GAIN_FULL / 3,
};

/* The layout the machine reads and writes (docs/guest.md, "Sound component data"). */
typedef struct {
    u32 flags, format;
    u16 channels, sample_size;
    u32 rate;                   /* 16.16 */
    u32 sample_count;
    void *buffer;
    volatile u32 requested;
    volatile u32 sequence;
} SoundComponent;

enum Playing { SILENCE, TONE, TUNE };

const u32 sound_rates[SOUND_RATES] = {11025, 22050, 44100, 48000};

static const u32 format_raw = 0x72617720;       /* 'raw ': unsigned bytes */
static const u32 format_twos = 0x74776F73;      /* 'twos': signed, big endian */

static SoundComponent component;
static u32 buffer[FRAMES_MAX];                  /* of two 16-bit samples at most */
static SoundFormat format, wanted_format;
static Voice voices[VOICES];
static u32 volume_now, volume_target;           /* of 65536 */
static volatile bool open, fading;
static u32 fading_since;

static struct {
    enum Playing what;
    u16 hertz;
    const Tune *tune;
} playing, wanted;

static struct { const Note *next; u32 frames_left; } parts[VOICES];

/* ---- the tune ---- */

/* MIDI 96 to 107, in millihertz, equal temperament at A4 = 440 Hz. */
static const u32 top_octave[12] = {2093005, 2217461, 2349318, 2489016, 2637020, 2793826,
                                   2959955, 3135963, 3322438, 3520000, 3729310, 3951066};

static u32 pitch_millihertz(u8 pitch)
{
    return top_octave[pitch % 12] >> (8 - pitch / 12);
}

static void next_note(u8 part)
{
    Note note = *parts[part].next;
    if (!note.length) {
        playing.what = SILENCE;
        return;
    }
    parts[part].next++;
    u32 frames = playing.tune->eighth_ms * note.length * format.rate / 1000;
    parts[part].frames_left = frames;
    if (!note.pitch)
        return;
    voice_pitch(&voices[part], pitch_millihertz(note.pitch), format.rate);
    voice_ramp(&voices[part], part == 0 ? MELODY_GAIN : BASS_GAIN, RAMP_MS, format.rate);
    voice_decay(&voices[part], 1400, format.rate);
}

static void step_tune(void)
{
    for (u8 part = 0; part < VOICES && playing.what == TUNE; part++) {
        if (parts[part].frames_left == 0)
            next_note(part);
        parts[part].frames_left--;
    }
}

/* ---- filling the buffer ---- */

static s32 with_volume(s32 sample)
{
    if (volume_now < volume_target)
        volume_now += VOLUME_RAMP;
    else if (volume_now > volume_target)
        volume_now -= VOLUME_RAMP;
    return sample * (s32)(volume_now >> 1) >> 15;
}

static s32 eight_bits(s32 sample) { return ((sample + 128) >> 8) + 128; }

static void put_frame(u32 index, s32 left, s32 right)
{
    if (format.bits == 16 && format.channels == 2)
        buffer[index] = (u32)left << 16 | (u16)right;
    else if (format.bits == 16)
        ((s16 *)buffer)[index] = (s16)((left + right) >> 1);
    else if (format.channels == 2)
        ((u16 *)buffer)[index] = (u16)(eight_bits(left) << 8 | eight_bits(right));
    else
        ((u8 *)buffer)[index] = (u8)eight_bits((left + right) >> 1);
}

/* The melody a little to the left, the bass a little to the right; a tone in the middle. */
static void fill_buffer(u32 frames)
{
    for (u32 i = 0; i < frames; i++) {
        if (playing.what == TUNE)
            step_tune();
        s32 first = voice_is_silent(&voices[0]) ? 0 : with_volume(voice_next(&voices[0]));
        if (playing.what == TONE) {
            put_frame(i, first, first);
            continue;
        }
        s32 second = voice_is_silent(&voices[1]) ? 0 : with_volume(voice_next(&voices[1]));
        put_frame(i, first + (second >> 1), second + (first >> 1));
    }
}

/* The host works out from the rate how many frames to ask for, so this must be right before it asks. */
static void describe(void)
{
    component.flags = 0;
    component.format = format.bits == 8 ? format_raw : format_twos;
    component.channels = format.channels;
    component.sample_size = format.bits;
    component.rate = format.rate << 16;
    component.buffer = buffer;
}

void sound_answer(void)
{
    u32 frames = component.requested < FRAMES_MAX ? component.requested : FRAMES_MAX;
    fill_buffer(frames);
    component.sample_count = frames;
    audio_done();
}

/* ---- starting and stopping ---- */

static void begin_wanted(void)
{
    u16 status = interrupts_off();
    format = wanted_format;
    describe();
    playing = wanted;
    fading = false;
    volume_now = volume_target;
    for (u8 i = 0; i < VOICES; i++) {
        voices[i] = (Voice){0, 0, 0, 0, 0, 0};
        parts[i].frames_left = 0;
        parts[i].next = playing.what == TUNE ? playing.tune->parts[i] : NULL;
    }
    if (playing.what == TONE) {
        voice_pitch(&voices[0], playing.hertz * 1000u, format.rate);
        voice_ramp(&voices[0], TONE_GAIN, RAMP_MS, format.rate);
    }
    if (!open && playing.what != SILENCE) {
        open = true;
        audio_open(&component);
    }
    SOUND_SOURCES = open;
    interrupts_restore(status);
}

static void close_output(void)
{
    open = false;
    playing.what = SILENCE;
    SOUND_SOURCES = 0;
    audio_open(NULL);
}

/* What plays fades first; sound_idle then begins what is wanted. */
static void change(void)
{
    if (!open) {
        begin_wanted();
        return;
    }
    u16 status = interrupts_off();
    for (u8 i = 0; i < VOICES; i++)
        voice_ramp(&voices[i], 0, RAMP_MS, format.rate);
    if (playing.what == TUNE)
        playing.what = SILENCE;         /* no more notes */
    fading = true;
    fading_since = TICKS;
    interrupts_restore(status);
}

static bool all_silent(void)
{
    return voice_is_silent(&voices[0]) && voice_is_silent(&voices[1]);
}

void sound_idle(void)
{
    if (!open)
        return;
    if (!fading && playing.what == SILENCE) {       /* a tune has come to its end */
        wanted.what = SILENCE;
        fading = true;
        fading_since = TICKS + 2 * 60;              /* its last note may ring out */
    }
    if (!fading || (!all_silent() && (s32)(TICKS - fading_since) < GIVE_UP_TICKS))
        return;
    if (wanted.what == SILENCE)
        close_output();
    else
        begin_wanted();
}

void sound_start(void)
{
    open = fading = false;
    playing.what = wanted.what = SILENCE;
    wanted_format = format = (SoundFormat){44100, 16, 2};
    volume_target = 0;
    audio_open(NULL);                               /* a warm start may find it open */
    sound_set_volume(settings_read(SETTING_VOLUME));
}

SoundFormat sound_format(void) { return wanted_format; }

void sound_set_format(SoundFormat new_format)
{
    wanted_format = new_format;
    if (wanted.what != SILENCE)
        change();
}

void sound_tone(u16 hertz)
{
    wanted.what = TONE;
    wanted.hertz = hertz;
    change();
}

void sound_tune(const Tune *tune)
{
    wanted.what = TUNE;
    wanted.tune = tune;
    change();
}

void sound_stop(void)
{
    wanted.what = SILENCE;
    if (open)
        change();
}

u8 sound_volume(void)
{
    return settings_read(SETTING_VOLUME);
}

void sound_set_volume(u8 volume)
{
    if (volume > VOLUME_MAX)
        volume = VOLUME_MAX;
    if (volume != settings_read(SETTING_VOLUME))
        settings_write(SETTING_VOLUME, volume);
    volume_target = (u32)volume * 65536 / VOLUME_MAX & ~(VOLUME_RAMP - 1u);
}

bool sound_is_tone(u16 hertz) { return wanted.what == TONE && wanted.hertz == hertz; }
bool sound_is_tune(void) { return wanted.what == TUNE; }
