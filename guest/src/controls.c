#include "controls.h"

#include "art_data.h"
#include "describe.h"
#include "theme.h"
#include "track.h"

static Rect global_box(const Window *window, Rect box)
{
    Rect content = window_content(window);
    return rect_offset(box, content.left, content.top);
}

void panel_draw(Window *window)
{
    draw_fill(window_bounds(window), THEME_PANEL);
}

/* ---- buttons ---- */

void button_draw(Rect box, const char *label, bool pressed)
{
    if (describing) {
        describe_string(PART_BUTTON, 0, label);
        return;
    }
    draw_round_frame(box, pressed ? THEME_HILITE : THEME_FACE, THEME_INK);
    if (!pressed) {
        Rect inner = rect_inset(box, 2, 1);
        draw_fill(rect((s16)(inner.left + 1), inner.top, (s16)(inner.right - 1), (s16)(inner.top + 1)), THEME_LIGHT);
        draw_fill(rect((s16)(inner.left + 1), (s16)(inner.bottom - 1), (s16)(inner.right - 1), inner.bottom), THEME_SHADE);
    }
    draw_string_centred(&font_sans_bold_12, box, label, pressed ? WHITE : THEME_INK);
}

static void redraw_button(Window *window, Rect box, const char *label, bool pressed)
{
    window_draw_begin(window);
    button_draw(box, label, pressed);
    window_draw_end();
}

bool button_track(Window *window, Rect box, const char *label)
{
    bool inside = true;
    Point where;
    redraw_button(window, box, label, true);
    for (;;) {
        enum TrackStep step = track_mouse(&where);
        if (step == TRACK_TICK)
            continue;
        bool now_inside = rect_contains(global_box(window, box), where);
        if (now_inside != inside)
            redraw_button(window, box, label, now_inside);
        inside = now_inside;
        if (step == TRACK_UP)
            break;
    }
    redraw_button(window, box, label, false);
    return inside;
}

/* ---- radio buttons ---- */

Rect radio_box(s16 x, s16 y, const char *label)
{
    return rect_sized(x, y, (s16)(18 + string_width(&font_sans_12, label) + 4), RADIO_HEIGHT);
}

void radio_draw(s16 x, s16 y, const char *label, bool on, bool enabled)
{
    if (describing) {
        describe_string(PART_RADIO, (u8)((on ? PART_CHECKED : 0) | (enabled ? 0 : PART_DISABLED)), label);
        return;
    }
    draw_art(x, (s16)(y + 3), on ? &art_radio_on : &art_radio_off);
    draw_string(&font_sans_12, (s16)(x + 18), (s16)(y + 13), label, enabled ? THEME_INK : THEME_INK_DIM);
}

/* ---- sliders ---- */

enum { KNOB_WIDTH = 13 };

static s16 knob_left(Rect box, u16 value, u16 max)
{
    return (s16)(box.left + (rect_width(box) - KNOB_WIDTH) * value / max);
}

void slider_draw(Rect box, u16 value, u16 max)
{
    s16 middle = (s16)((box.top + box.bottom) / 2);
    Rect groove = rect((s16)(box.left + 2), (s16)(middle - 3), (s16)(box.right - 2), (s16)(middle + 3));
    s16 left = knob_left(box, value, max);
    Rect knob = rect(left, box.top, (s16)(left + KNOB_WIDTH), box.bottom);
    draw_fill(box, THEME_PANEL);
    draw_round_frame(groove, THEME_TROUGH, THEME_INK);
    draw_fill(rect((s16)(groove.left + 2), (s16)(groove.top + 1), left, (s16)(groove.bottom - 1)), THEME_ACCENT);
    draw_round_frame(knob, THEME_FACE, THEME_INK);
    draw_bevel(rect_inset(knob, 2, 2), THEME_LIGHT, THEME_SHADE);
    for (s16 x = (s16)(left + 4); x <= left + 8; x = (s16)(x + 2))
        draw_fill(rect_sized(x, (s16)(middle - 2), 1, 5), THEME_SHADE_DARK);
}

static u16 slider_value_at(Window *window, Rect box, Point where, u16 max)
{
    s32 span = rect_width(box) - KNOB_WIDTH;
    s32 offset = window_local(window, where).x - box.left - KNOB_WIDTH / 2;
    s32 value = (offset * max + span / 2) / span;
    return (u16)(value < 0 ? 0 : value > max ? max : value);
}

void slider_track(Window *window, Rect box, u16 value, u16 max, void (*changed)(Window *window, u16 value))
{
    Point where = mouse_position();
    enum TrackStep step = TRACK_MOVED;
    for (;;) {
        u16 now = step == TRACK_TICK ? value : slider_value_at(window, box, where, max);
        if (now != value) {
            value = now;
            changed(window, value);
            window_draw_begin(window);
            slider_draw(box, value, max);
            window_draw_end();
        }
        if (step == TRACK_UP)
            return;
        step = track_mouse(&where);
    }
}
