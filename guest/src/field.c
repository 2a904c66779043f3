#include "field.h"

#include "clipboard.h"
#include "describe.h"
#include "memory.h"
#include "text.h"
#include "theme.h"
#include "track.h"

enum { BLINK_TICKS = 32, INSET = 4 };

static const Font *const font = &font_sans_12;

static u8 first(const Field *field) { return field->anchor < field->caret ? field->anchor : field->caret; }
static u8 last(const Field *field) { return field->anchor < field->caret ? field->caret : field->anchor; }

static void show_caret(Field *field)
{
    field->caret_shown = true;
    field->blink_at = ticks() + BLINK_TICKS;
}

static void select(Field *field, u8 anchor, u8 caret)
{
    field->anchor = anchor;
    field->caret = caret;
    show_caret(field);
}

static void replace(Field *field, const char *text, u32 length)
{
    u8 from = first(field), to = last(field);
    u32 room = FIELD_SIZE - 1u - (field->length - (to - from));
    length = length < room ? length : room;
    memmove(field->text + from + length, field->text + to, (u32)(field->length - to + 1));
    memcpy(field->text + from, text, length);
    field->length = (u8)(field->length - (to - from) + length);
    select(field, (u8)(from + length), (u8)(from + length));
}

void field_set(Field *field, const char *text)
{
    u32 length = text_length(text);
    field->length = (u8)(length < FIELD_SIZE ? length : FIELD_SIZE - 1);
    memcpy(field->text, text, field->length);
    field->text[field->length] = 0;
    select(field, 0, field->length);
}

static s16 x_of(const Field *field, Rect box, u8 offset)
{
    return (s16)(box.left + INSET + text_width(font, field->text, offset));
}

static u8 offset_at_x(const Field *field, Rect box, s16 x)
{
    for (u8 offset = 0; offset < field->length; offset++)
        if (x < (x_of(field, box, offset) + x_of(field, box, (u8)(offset + 1))) / 2)
            return offset;
    return field->length;
}

void field_draw(const Field *field, Rect box)
{
    if (describing) {
        describe_part(PART_FIELD, PART_ACTIVE, field->text, field->length);
        return;
    }
    u8 from = first(field), to = last(field);
    s16 baseline = (s16)(box.top + 14);
    s16 from_x = x_of(field, box, from), to_x = x_of(field, box, to);
    draw_fill(rect_inset(box, 1, 1), THEME_PAPER);
    draw_frame(box, THEME_INK);
    if (from < to)
        draw_fill(rect(from_x, (s16)(box.top + 2), to_x, (s16)(box.bottom - 2)), THEME_SELECTION);
    else if (field->caret_shown)
        draw_fill(rect_sized((s16)(from_x - 1), (s16)(box.top + 3), 1, (s16)(rect_height(box) - 6)), THEME_INK);
    draw_text(font, (s16)(box.left + INSET), baseline, field->text, from, THEME_INK);
    draw_text(font, from_x, baseline, field->text + from, (u32)(to - from), THEME_SELECTED_INK);
    draw_text(font, to_x, baseline, field->text + to, (u32)(field->length - to), THEME_INK);
}

bool field_idle(Field *field)
{
    if ((s32)(ticks() - field->blink_at) < 0)
        return false;
    field->caret_shown = !field->caret_shown;
    field->blink_at = ticks() + BLINK_TICKS;
    return true;
}

/* The caret goes one character, with a selection to its end; shift extends the selection. */
static void move(Field *field, const Event *event)
{
    bool left = event->character == KEY_LEFT;
    u8 to = left ? (u8)(field->caret ? field->caret - 1 : 0) : (u8)(field->caret < field->length ? field->caret + 1 : field->length);
    if (event->modifiers & MOD_COMMAND)
        to = left ? 0 : field->length;
    else if (!(event->modifiers & MOD_SHIFT) && field->anchor != field->caret)
        to = left ? first(field) : last(field);
    select(field, event->modifiers & MOD_SHIFT ? field->anchor : to, to);
}

static void erase(Field *field, bool forward)
{
    if (field->anchor == field->caret) {
        if (forward && field->caret < field->length)
            field->anchor = (u8)(field->caret + 1);
        else if (!forward && field->caret)
            field->anchor = (u8)(field->caret - 1);
    }
    replace(field, "", 0);
}

/* A pasted text ends with its first line. */
static void paste(Field *field)
{
    u32 length, end = 0;
    const char *text = clipboard_text(&length);
    while (end < length && (u8)text[end] >= ' ')
        end++;
    replace(field, text, end);
}

static bool command(Field *field, char key)
{
    switch (key) {
    case 'a': select(field, 0, field->length); return true;
    case 'v': paste(field); return true;
    case 'x':
    case 'c':
        if (field->anchor != field->caret)
            clipboard_put(field->text + first(field), (u32)(last(field) - first(field)));
        if (key == 'x')
            replace(field, "", 0);
        return true;
    }
    return false;
}

bool field_key(Field *field, const Event *event)
{
    char character = (char)event->character;
    switch (event->character) {
    case KEY_LEFT:
    case KEY_RIGHT:     move(field, event); return true;
    case KEY_BACKSPACE: erase(field, false); return true;
    case KEY_DELETE:    erase(field, true); return true;
    }
    if (event->modifiers & MOD_COMMAND)
        return command(field, character);
    if (event->character < ' ' || event->character == ':' || event->modifiers & MOD_CONTROL)
        return false;
    replace(field, &character, 1);
    return true;
}

void field_click(Window *window, Field *field, Rect box, const Event *event)
{
    Point where = event->where;
    enum TrackStep step = TRACK_MOVED;
    bool extend = (event->modifiers & MOD_SHIFT) != 0;
    for (;;) {
        if (step != TRACK_TICK) {
            u8 offset = offset_at_x(field, box, window_local(window, where).x);
            select(field, extend ? field->anchor : offset, offset);
            extend = true;
            window_draw_begin(window);
            field_draw(field, box);
            window_draw_end();
        }
        if (step == TRACK_UP)
            return;
        step = track_mouse(&where);
    }
}
