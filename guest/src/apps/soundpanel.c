/* Sound: tones, test signals, a tune, the volume, and the sample format. */
#include "apps.h"
#include "art_data.h"
#include "controls.h"
#include "settings.h"
#include "text.h"
#include "theme.h"
#include "tunes.h"

enum {
    LEFT = 16, WIDTH = 464, COLUMN = 114, ROW = RADIO_HEIGHT + 2, ROWS = 3,
    PLAY_TOP = 34, FORMAT_TOP = 96, VOLUME_TOP = 184,
};

enum Player { PLAY_440, PLAY_1000, PLAY_SWEEP, PLAY_RAMP, PLAY_TUNE, PLAY_STOP, PLAYERS };

static const char *const player_labels[PLAYERS] = {"440 Hz", "1000 Hz", "Sweep", "Ramp", "Minuet", "Stop"};
static const char *const rate_labels[SOUND_RATES] = {"11025 Hz", "22050 Hz", "22254.5 Hz", "44100 Hz", "48000 Hz"};
static const u8 bit_choices[2] = {8, 16};
static const char *const bit_labels[2] = {"8 bit", "16 bit"};
static const char *const channel_labels[2] = {"Mono", "Stereo"};

static u8 lit;                          /* the sound whose lamp is on; compared to detect the end of a tune */

/* ---- layout, local ---- */

static Rect player_box(u8 player)
{
    return rect_sized((s16)(LEFT + player * 73), PLAY_TOP, 67, 22);
}

static Point format_place(u8 column, u8 row)
{
    return (Point){(s16)(LEFT + column * COLUMN), (s16)(FORMAT_TOP + 20 + row * ROW)};
}

static Point rate_place(u8 i) { return format_place(i / ROWS, i % ROWS); }
static Point bits_place(u8 i) { return format_place(2, i); }
static Point channels_place(u8 i) { return format_place(3, i); }

static Rect volume_box(void)
{
    return rect_sized(LEFT + 64, VOLUME_TOP + 8, WIDTH - 2 * LEFT - 64, 22);
}

/* ---- drawing ---- */

static u8 playing(void)
{
    switch (sound_playing()) {
    case SOUND_TONE:  return sound_tone_hertz() == 440 ? PLAY_440 : PLAY_1000;
    case SOUND_SWEEP: return PLAY_SWEEP;
    case SOUND_RAMP:  return PLAY_RAMP;
    case SOUND_TUNE:  return PLAY_TUNE;
    default:          return PLAY_STOP;
    }
}

static void draw_lamp(u8 player)
{
    Rect box = player_box(player);
    Rect lamp = rect_sized((s16)((box.left + box.right) / 2 - 14), (s16)(box.bottom + 5), 28, 5);
    draw_fill(lamp, player == lit && player != PLAY_STOP ? RGB(51, 204, 102) : THEME_PANEL);
    draw_frame(lamp, player == PLAY_STOP ? THEME_PANEL : THEME_SHADE_DARK);
}

static void draw_radio(Point place, const char *label, bool on)
{
    radio_draw(place.x, place.y, label, on, true);
}

static void draw_formats(void)
{
    SoundFormat format = sound_format();
    for (u8 i = 0; i < SOUND_RATES; i++)
        draw_radio(rate_place(i), rate_labels[i], format.rate == sound_rates[i]);
    for (u8 i = 0; i < 2; i++) {
        draw_radio(bits_place(i), bit_labels[i], format.bits == bit_choices[i]);
        draw_radio(channels_place(i), channel_labels[i], format.channels == i + 1);
    }
}

static void draw_divider(Window *window, s16 y)
{
    s16 right = window_bounds(window).right;
    draw_fill(rect(10, y, (s16)(right - 10), (s16)(y + 1)), THEME_SHADE_DARK);
    draw_fill(rect(10, (s16)(y + 1), (s16)(right - 10), (s16)(y + 2)), THEME_LIGHT);
}

static void draw(Window *window)
{
    panel_draw(window);
    draw_string(&font_sans_bold_12, LEFT, 22, "Play", THEME_INK);
    for (u8 player = 0; player < PLAYERS; player++) {
        button_draw(player_box(player), player_labels[player], false);
        draw_lamp(player);
    }
    draw_divider(window, FORMAT_TOP - 18);
    draw_string(&font_sans_bold_12, LEFT, FORMAT_TOP + 10, "Format", THEME_INK);
    draw_formats();
    draw_divider(window, VOLUME_TOP + 2);
    draw_string(&font_sans_bold_12, LEFT, VOLUME_TOP + 23, "Volume", THEME_INK);
    slider_draw(volume_box(), sound_volume(), VOLUME_MAX);
}

static void show_lamps(Window *window)
{
    lit = playing();
    window_draw_begin(window);
    for (u8 player = 0; player < PLAYERS; player++)
        draw_lamp(player);
    window_draw_end();
}

/* ---- clicks ---- */

static void play(u8 player)
{
    switch (player) {
    case PLAY_440:  sound_tone(440); break;
    case PLAY_1000: sound_tone(1000); break;
    case PLAY_SWEEP: sound_sweep(); break;
    case PLAY_RAMP: sound_ramp(); break;
    case PLAY_TUNE: sound_tune(&tune_minuet); break;
    case PLAY_STOP: sound_stop(); break;
    }
}

static bool hit(Point place, const char *label, Point local)
{
    return rect_contains(radio_box(place.x, place.y, label), local);
}

static void click_formats(Window *window, Point local)
{
    SoundFormat format = sound_format();
    SoundFormat before = format;
    for (u8 i = 0; i < SOUND_RATES; i++)
        if (hit(rate_place(i), rate_labels[i], local))
            format.rate = sound_rates[i];
    for (u8 i = 0; i < 2; i++) {
        if (hit(bits_place(i), bit_labels[i], local))
            format.bits = bit_choices[i];
        if (hit(channels_place(i), channel_labels[i], local))
            format.channels = (u8)(i + 1);
    }
    if (format.rate == before.rate && format.bits == before.bits && format.channels == before.channels)
        return;
    sound_set_format(format);
    window_draw_begin(window);
    draw_formats();
    window_draw_end();
}

static void volume_changed(Window *window, u16 value)
{
    (void)window;
    sound_set_volume((u8)value);
}

static void click(Window *window, const Event *event, Point local)
{
    (void)event;
    for (u8 player = 0; player < PLAYERS; player++) {
        if (rect_contains(player_box(player), local)) {
            if (button_track(window, player_box(player), player_labels[player]))
                play(player);
            show_lamps(window);
            return;
        }
    }
    if (rect_contains(volume_box(), local))
        slider_track(window, volume_box(), sound_volume(), VOLUME_MAX, volume_changed);
    else
        click_formats(window, local);
}

/* 1 to 5 play, space and escape stop. */
static void key(Window *window, const Event *event)
{
    if (event->character >= '1' && event->character <= '5')
        play((u8)(event->character - '1'));
    else if (event->character == ' ' || event->character == KEY_ESCAPE)
        play(PLAY_STOP);
    show_lamps(window);
}

static void open(Window *window)
{
    (void)window;
    lit = playing();
}

static void close(Window *window)
{
    (void)window;
    sound_stop();
}

static void idle(Window *window)
{
    if (playing() != lit)
        show_lamps(window);
}

const App app_sound = {
    .id = APP_SOUND, .name = "Sound", .icon = &art_icon_sound, .place = {16, 84}, .width = WIDTH, .height = 230,
    .open = open, .close = close, .draw = draw, .click = click, .key = key, .idle = idle,
};
