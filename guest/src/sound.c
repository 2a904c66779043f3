#include "sound.h"

#include "lowmem.h"
#include "machine.h"
#include "settings.h"
#include "signals.h"
#include "tuneplayer.h"

enum {
    FRAMES_MAX = 960,           /* the host never requests more */
    VOLUME_RAMP = 16,           /* of 65536 per frame */
    GIVE_UP_TICKS = 20,         /* without a request for so long, the source is closed without fading */
    SWEEP_FROM = 40000,         /* millihertz */
    TONE_GAIN = GAIN_FULL / 2,
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

const u32 sound_rates[SOUND_RATES] = {11025 << 16, 22050 << 16, 0x56EE8BA3 /* 22254.5454 */, 44100u << 16, 48000u << 16};

static const u32 format_raw = 0x72617720;       /* 'raw ': unsigned bytes */
static const u32 format_twos = 0x74776F73;      /* 'twos': signed, big endian */

static SoundComponent component;
static u32 buffer[FRAMES_MAX];                  /* of two 16-bit samples at most */
static SoundFormat format, wanted_format;
static Voice voices[TUNE_PARTS];                    /* a tune takes both, a tone or the sweep the first */
static Sweep sweep;
static Ramp ramp;
static u32 volume_now, volume_target;           /* of 65536 */
static volatile bool open, fading;
static u32 fading_since;

static struct {
    enum SoundProgram what;
    u16 hertz;
    const Tune *tune;
} playing, wanted;

static TunePlayer tune_player;

static u32 rate_hertz(void) { return format.rate >> 16; }

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

/* Stores samples in the format; mono is the left channel. */
static void store_frame(u32 index, u32 left, u32 right)
{
    if (format.bits == 16 && format.channels == 2)
        buffer[index] = left << 16 | (u16)right;
    else if (format.bits == 16)
        ((u16 *)buffer)[index] = (u16)left;
    else if (format.channels == 2)
        ((u16 *)buffer)[index] = (u16)(left << 8 | (u8)right);
    else
        ((u8 *)buffer)[index] = (u8)left;
}

static void put_frame(u32 index, s32 left, s32 right)
{
    if (format.channels == 1)
        left = (left + right) >> 1;
    if (format.bits == 8)
        store_frame(index, (u32)eight_bits(left), (u32)eight_bits(right));
    else
        store_frame(index, (u32)left, (u32)right);
}

static void fill_with_numbers(u32 frames)
{
    for (u32 i = 0; i < frames; i++) {
        u32 right, left = ramp_next(&ramp, &right);
        store_frame(i, left, right);
    }
}

/* The melody a little to the left, the bass a little to the right; a tone and the sweep in the middle. */
static void fill_buffer(u32 frames)
{
    for (u32 i = 0; i < frames; i++) {
        if (playing.what == SOUND_TUNE && !tune_step(&tune_player, voices, format.rate))
            playing.what = SOUND_SILENCE;
        if (playing.what == SOUND_SWEEP)
            voices[0].increment = sweep_next(&sweep);
        s32 first = voice_is_silent(&voices[0]) ? 0 : with_volume(voice_next(&voices[0]));
        if (playing.what == SOUND_TONE || playing.what == SOUND_SWEEP) {
            put_frame(i, first, first);
            continue;
        }
        s32 second = voice_is_silent(&voices[1]) ? 0 : with_volume(voice_next(&voices[1]));
        put_frame(i, first + (second >> 1), second + (first >> 1));
    }
}

/* The host computes the number of frames from the rate, so this must be set before its request. */
static void describe(void)
{
    component.flags = 0;
    component.format = format.bits == 8 ? format_raw : format_twos;
    component.channels = format.channels;
    component.sample_size = format.bits;
    component.rate = format.rate;
    component.buffer = buffer;
}

void sound_answer(void)
{
    u32 frames = component.requested < FRAMES_MAX ? component.requested : FRAMES_MAX;
    if (playing.what == SOUND_RAMP)
        fill_with_numbers(frames);
    else
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
    for (u8 i = 0; i < TUNE_PARTS; i++)
        voices[i] = (Voice){0, 0, 0, 0, 0, 0};
    if (playing.what == SOUND_TUNE)
        tune_start(&tune_player, playing.tune);
    if (playing.what == SOUND_TONE || playing.what == SOUND_SWEEP) {
        voice_pitch(&voices[0], playing.what == SOUND_SWEEP ? SWEEP_FROM : playing.hertz * 1000u, format.rate);
        voice_ramp(&voices[0], TONE_GAIN, VOICE_RAMP_MS, rate_hertz());
    }
    sweep_start(&sweep, voices[0].increment, format.rate);
    ramp_start(&ramp, format.bits);
    if (!open && playing.what != SOUND_SILENCE) {
        open = true;
        audio_open(&component);
    }
    SOUND_SOURCES = open;
    interrupts_restore(status);
}

static void close_output(void)
{
    open = false;
    playing.what = SOUND_SILENCE;
    SOUND_SOURCES = 0;
    audio_open(NULL);
}

/* The current sound fades out first; sound_idle then starts the new one. */
static void change(void)
{
    if (!open) {
        begin_wanted();
        return;
    }
    u16 status = interrupts_off();
    for (u8 i = 0; i < TUNE_PARTS; i++)
        voice_ramp(&voices[i], 0, VOICE_RAMP_MS, rate_hertz());
    if (playing.what == SOUND_TUNE)
        playing.what = SOUND_SILENCE;         /* no more notes */
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
    if (!fading && playing.what == SOUND_SILENCE) {       /* a tune has ended */
        wanted.what = SOUND_SILENCE;
        fading = true;
        fading_since = TICKS + 2 * 60;              /* after its last note has decayed */
    }
    if (!fading || (!all_silent() && (s32)(TICKS - fading_since) < GIVE_UP_TICKS))
        return;
    if (wanted.what == SOUND_SILENCE)
        close_output();
    else
        begin_wanted();
}

void sound_start(void)
{
    open = fading = false;
    playing.what = wanted.what = SOUND_SILENCE;
    wanted_format = format = (SoundFormat){44100u << 16, 16, 2};
    volume_target = 0;
    audio_open(NULL);                               /* it may be open after a warm start */
    sound_set_volume(settings_read(SETTING_VOLUME));
}

SoundFormat sound_format(void) { return wanted_format; }

void sound_set_format(SoundFormat new_format)
{
    wanted_format = new_format;
    if (wanted.what != SOUND_SILENCE)
        change();
}

void sound_tone(u16 hertz)
{
    wanted.what = SOUND_TONE;
    wanted.hertz = hertz;
    change();
}

void sound_sweep(void)
{
    wanted.what = SOUND_SWEEP;
    change();
}

void sound_ramp(void)
{
    wanted.what = SOUND_RAMP;
    change();
}

void sound_tune(const Tune *tune)
{
    wanted.what = SOUND_TUNE;
    wanted.tune = tune;
    change();
}

void sound_stop(void)
{
    wanted.what = SOUND_SILENCE;
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

enum SoundProgram sound_playing(void) { return wanted.what; }
u16 sound_tone_hertz(void) { return wanted.hertz; }
