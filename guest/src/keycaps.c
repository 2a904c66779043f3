#include "keycaps.h"

#include "art_data.h"
#include "keyboard.h"
#include "layouts.h"
#include "lowmem.h"
#include "theme.h"

enum {
    QUARTER = 6, UNIT = 4 * QUARTER, EDGE = 4,          /* widths are in quarters of a letter's key */
    DELETE = 0x33, TAB = 0x30, CAPS = 0x39, RETURN = 0x24, SHIFT = 0x38, RIGHT_SHIFT = 0x7B, CONTROL = 0x36, OPTION = 0x3A,
    COMMAND = 0x37, SPACE = 0x31, RIGHT_OPTION = 0x7C, RIGHT_CONTROL = 0x7D, GRAVE = 0x32, ISO = 0x0A, BACKSLASH = 0x2A,
    RETURN_NOTCH = QUARTER,                             /* by so much the lower part of an ISO return key is narrower */
    KEY_ROWS = 5,
};

typedef struct { u8 code, width; } Cap;

#define LETTERS_1 {0x12, 4}, {0x13, 4}, {0x14, 4}, {0x15, 4}, {0x17, 4}, {0x16, 4}, {0x1A, 4}, {0x1C, 4}, {0x19, 4}, {0x1D, 4}, {0x1B, 4}, {0x18, 4}
#define LETTERS_2 {0x0C, 4}, {0x0D, 4}, {0x0E, 4}, {0x0F, 4}, {0x11, 4}, {0x10, 4}, {0x20, 4}, {0x22, 4}, {0x1F, 4}, {0x23, 4}, {0x21, 4}, {0x1E, 4}
#define LETTERS_3 {0x00, 4}, {0x01, 4}, {0x02, 4}, {0x03, 4}, {0x05, 4}, {0x04, 4}, {0x26, 4}, {0x28, 4}, {0x25, 4}, {0x29, 4}, {0x27, 4}
#define LETTERS_4 {0x06, 4}, {0x07, 4}, {0x08, 4}, {0x09, 4}, {0x0B, 4}, {0x2D, 4}, {0x2E, 4}, {0x2B, 4}, {0x2F, 4}, {0x2C, 4}
#define BOTTOM    {CONTROL, 7}, {OPTION, 7}, {COMMAND, 5}, {SPACE, 22}, {COMMAND, 5}, {RIGHT_OPTION, 7}, {RIGHT_CONTROL, 7}

/* By row, from left to right; a width of 0 ends a row. */
static const Cap ansi_caps[KEY_ROWS][16] = {
    {{GRAVE, 4}, LETTERS_1, {DELETE, 8}},
    {{TAB, 6}, LETTERS_2, {BACKSLASH, 6}},
    {{CAPS, 7}, LETTERS_3, {RETURN, 9}},
    {{SHIFT, 9}, LETTERS_4, {RIGHT_SHIFT, 11}},
    {BOTTOM},
};

static const Cap iso_caps[KEY_ROWS][16] = {
    {{ISO, 4}, LETTERS_1, {DELETE, 8}},
    {{TAB, 6}, LETTERS_2, {RETURN, 6}},
    {{CAPS, 7}, LETTERS_3, {BACKSLASH, 4}},
    {{SHIFT, 5}, {GRAVE, 4}, LETTERS_4, {RIGHT_SHIFT, 11}},
    {BOTTOM},
};

static const struct { u8 code; const char *label; } names[] = {
    {DELETE, "delete"}, {TAB, "tab"}, {CAPS, "caps"}, {RETURN, "return"}, {SHIFT, "shift"}, {RIGHT_SHIFT, "shift"},
    {CONTROL, "control"}, {RIGHT_CONTROL, "control"}, {OPTION, "option"}, {RIGHT_OPTION, "option"},
};

/* What was drawn last. */
static u8 drawn_keys[16];
static u16 drawn_modifiers;
static u8 drawn_layout, drawn_accent;

static bool is_iso(void) { return keyboard_layouts[keyboard_layout()].iso; }

static bool is_down(u8 code) { return KEY_MAP[code >> 3] >> (code & 7) & 1; }

/* ---- one key ---- */

static const char *name_of(u8 code)
{
    for (u8 i = 0; i < COUNT_OF(names); i++)
        if (names[i].code == code)
            return names[i].label;
    return NULL;
}

/* The upper part of an ISO return key stands in the second row, the narrower lower part in the third. */
static void draw_iso_return(Rect box, Colour face)
{
    Rect lower = rect((s16)(box.left + RETURN_NOTCH), box.top, box.right, (s16)(box.bottom + UNIT));
    draw_round_frame(box, face, THEME_INK);
    draw_round_frame(lower, face, THEME_INK);
    draw_fill(rect((s16)(box.left + 2), (s16)(box.top + 1), (s16)(box.right - 2), (s16)(box.bottom - 1)), face);
}

static void draw_face(u8 code, Rect box, bool down)
{
    Colour face = down ? THEME_HILITE : THEME_FACE;
    if (code == RETURN && is_iso()) {
        draw_iso_return(box, face);
        return;
    }
    draw_round_frame(box, face, THEME_INK);
    if (!down) {
        draw_fill(rect((s16)(box.left + 2), (s16)(box.top + 1), (s16)(box.right - 2), (s16)(box.top + 2)), THEME_LIGHT);
        draw_fill(rect((s16)(box.left + 2), (s16)(box.bottom - 2), (s16)(box.right - 2), (s16)(box.bottom - 1)), THEME_SHADE);
    }
}

/* While a dead key waits, the keys show what they would make of it. */
static void draw_character(u8 code, Rect box, bool down)
{
    KeyOutput output = keyboard_output(code, modifiers_now());
    u8 composed = keyboard_accent() && !output.dead ? keyboard_composed(output.character) : 0;
    char label[2] = {(char)(composed ? composed : output.character), 0};
    if (output.dead)
        draw_frame(rect_inset(box, 3, 3), down ? WHITE : THEME_ACCENT);
    if (output.character > ' ' && output.character != KEY_DELETE)
        draw_string_centred(&font_sans_12, box, label, down ? WHITE : composed ? THEME_ACCENT : THEME_INK);
}

static void draw_cap(u8 code, Rect box)
{
    bool down = is_down(code);
    const char *name = name_of(code);
    draw_face(code, box, down);
    if (code == COMMAND)
        draw_art_in((s16)((box.left + box.right - art_command.width) / 2), (s16)((box.top + box.bottom - art_command.height) / 2),
                    &art_command, down ? WHITE : THEME_INK);
    else if (name)
        draw_string_centred(&font_sans_10, box, name, down ? WHITE : THEME_INK);
    else
        draw_character(code, box, down);
}

/* ---- the keyboard ---- */

static bool has_changed(u8 code)
{
    return (drawn_keys[code >> 3] >> (code & 7) & 1) != is_down(code);
}

static void draw_keys(s16 left, s16 top, bool only_changed)
{
    const Cap (*rows)[16] = is_iso() ? iso_caps : ansi_caps;
    for (u8 row = 0; row < KEY_ROWS; row++) {
        s16 x = (s16)(left + EDGE);
        s16 y = (s16)(top + EDGE + row * UNIT);
        for (const Cap *cap = rows[row]; cap->width; cap++) {
            s16 width = (s16)(cap->width * QUARTER);
            if (!only_changed || has_changed(cap->code))
                draw_cap(cap->code, rect_sized(x, y, width - 1, UNIT - 1));
            x = (s16)(x + width);
        }
    }
}

static void note_drawn(void)
{
    for (u8 i = 0; i < sizeof drawn_keys; i++)
        drawn_keys[i] = KEY_MAP[i];
    drawn_modifiers = modifiers_now();
    drawn_layout = keyboard_layout();
    drawn_accent = keyboard_accent();
}

static bool labels_changed(void)
{
    return drawn_modifiers != modifiers_now() || drawn_layout != keyboard_layout() || drawn_accent != keyboard_accent();
}

static bool keys_changed(void)
{
    for (u8 i = 0; i < sizeof drawn_keys; i++)
        if (drawn_keys[i] != KEY_MAP[i])
            return true;
    return false;
}

void keycaps_draw(s16 left, s16 top)
{
    Rect box = rect_sized(left, top, KEYCAPS_WIDTH, KEYCAPS_HEIGHT);
    draw_round_frame(box, THEME_TROUGH, THEME_INK);
    draw_keys(left, top, false);
    note_drawn();
}

void keycaps_update(Window *window, s16 left, s16 top)
{
    if (!keys_changed() && !labels_changed())
        return;
    window_draw_begin(window);
    if (drawn_layout != keyboard_layout())
        keycaps_draw(left, top);
    else
        draw_keys(left, top, !labels_changed());
    note_drawn();
    window_draw_end();
}
