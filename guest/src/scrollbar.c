/* The vertical scroll bar: arrows at the ends, a thumb whose length is that of the visible part. */
#include "art_data.h"
#include "controls.h"
#include "theme.h"
#include "track.h"

enum { ARROW_HEIGHT = 16, THUMB_MIN = 16, REPEAT_DELAY = 12 };

static Rect trough_of(Rect box)
{
    return rect((s16)(box.left + 1), (s16)(box.top + ARROW_HEIGHT), box.right, (s16)(box.bottom - ARROW_HEIGHT));
}

static s32 scrollable(ScrollRange range)
{
    return range.total > range.page ? range.total - range.page : 0;
}

static Rect thumb_of(Rect box, ScrollRange range)
{
    Rect trough = trough_of(box);
    s32 space = rect_height(trough);
    s32 length = range.total > 0 ? space * range.page / range.total : space;
    length = length < THUMB_MIN ? THUMB_MIN : length;
    if (!scrollable(range) || length >= space)
        return rect(0, 0, 0, 0);
    return rect_sized(trough.left, (s16)(trough.top + (space - length) * range.value / scrollable(range)),
                      rect_width(trough), (s16)length);
}

static void draw_arrow(Rect box, s16 top, const Art *arrow, bool usable)
{
    Rect face = rect_sized((s16)(box.left + 1), top, (s16)(rect_width(box) - 1), ARROW_HEIGHT);
    draw_fill(face, THEME_FACE);
    draw_bevel(face, THEME_LIGHT, THEME_SHADE);
    draw_art_in((s16)(box.left + 4), (s16)(top + 4), arrow, usable ? THEME_INK : THEME_INK_DIM);
}

void scroll_bar_draw(Rect box, ScrollRange range, bool active)
{
    Rect trough = trough_of(box);
    Rect thumb = thumb_of(box, range);
    bool usable = active && scrollable(range);
    draw_fill(rect(box.left, box.top, (s16)(box.left + 1), box.bottom), active ? THEME_INK : THEME_EDGE_DIM);
    if (!active) {
        draw_fill(rect((s16)(box.left + 1), box.top, box.right, box.bottom), WHITE);
        return;
    }
    draw_arrow(box, box.top, &art_arrow_up, usable);
    draw_arrow(box, (s16)(box.bottom - ARROW_HEIGHT), &art_arrow_down, usable);
    draw_fill(rect(trough.left, trough.top, trough.right, (s16)(trough.top + 1)), THEME_INK);
    draw_fill(rect(trough.left, (s16)(trough.bottom - 1), trough.right, trough.bottom), THEME_INK);
    draw_fill(rect_inset(trough, 0, 1), usable ? THEME_TROUGH : THEME_PANEL);
    if (rect_is_empty(thumb))
        return;
    draw_fill(thumb, THEME_FACE);
    draw_frame(rect(thumb.left, thumb.top, (s16)(thumb.right + 1), thumb.bottom), THEME_INK);
    draw_bevel(rect((s16)(thumb.left + 1), (s16)(thumb.top + 1), thumb.right, (s16)(thumb.bottom - 1)), THEME_LIGHT, THEME_SHADE);
}

static s32 clamped(s32 value, ScrollRange range)
{
    s32 max = scrollable(range);
    return value < 0 ? 0 : value > max ? max : value;
}

/* The step of a press outside the thumb: a line at the arrows, a page in the trough. */
static s32 step_at(Rect box, Rect thumb, Point start, ScrollRange range)
{
    if (start.y < box.top + ARROW_HEIGHT)
        return -1;
    if (start.y >= box.bottom - ARROW_HEIGHT)
        return 1;
    return start.y < thumb.top ? 1 - range.page : range.page - 1;
}

static void drag_thumb(Window *window, Rect box, Point start, ScrollRange range, void (*scroll)(Window *, s32))
{
    s32 space = rect_height(trough_of(box)) - rect_height(thumb_of(box, range));
    s32 from = range.value;
    Point where = start;
    enum TrackStep step;
    do {
        step = track_mouse(&where);
        if (step == TRACK_TICK)
            continue;
        s32 moved = window_local(window, where).y - start.y;
        scroll(window, clamped(from + moved * scrollable(range) / space, range));
    } while (step != TRACK_UP);
}

static void repeat_step(Window *window, s32 step, ScrollRange (*range)(void), void (*scroll)(Window *, s32))
{
    u32 due = ticks() + REPEAT_DELAY;
    Point where;
    scroll(window, clamped(range().value + step, range()));
    while (track_mouse(&where) != TRACK_UP) {
        if ((s32)(ticks() - due) < 0)
            continue;
        due = ticks() + 2;
        scroll(window, clamped(range().value + step, range()));
    }
}

s32 scroll_bar_wheel(ScrollRange range, s16 pixels, s16 unit, s16 *rest)
{
    bool turned_back = pixels && (pixels < 0) != (*rest < 0);
    s32 distance = pixels + (turned_back ? 0 : *rest);
    s32 wanted = range.value + distance / unit;
    s32 value = clamped(wanted, range);
    *rest = value == wanted ? (s16)(distance % unit) : 0;
    return value;
}

void scroll_bar_track(Window *window, Rect box, Point start, ScrollRange (*range)(void), void (*scroll)(Window *window, s32 value))
{
    Rect thumb = thumb_of(box, range());
    if (rect_is_empty(thumb))
        return;
    if (start.y >= thumb.top && start.y < thumb.bottom) {
        drag_thumb(window, box, start, range(), scroll);
    } else {
        repeat_step(window, step_at(box, thumb, start, range()), range, scroll);
    }
}
