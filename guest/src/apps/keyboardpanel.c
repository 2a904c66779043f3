/* Keyboard: the layout, a picture of the keys, and a field to try them. */
#include "apps.h"
#include "art_data.h"
#include "controls.h"
#include "cursor.h"
#include "keyboard.h"
#include "keycaps.h"
#include "layouts.h"
#include "text.h"
#include "theme.h"

enum {
    LEFT = 16, WIDTH = KEYCAPS_WIDTH + 2 * LEFT, COLUMNS = 3, COLUMN = KEYCAPS_WIDTH / COLUMNS, LIST_TOP = 28,
    KEYS_GAP = 9, HINT_HEIGHT = 18, FIELD_HEIGHT = 22, BOTTOM = 12,
    LIST_ROWS = (LAYOUT_COUNT + COLUMNS - 1) / COLUMNS, HEIGHT = LIST_TOP + LIST_ROWS * RADIO_HEIGHT + KEYS_GAP + KEYCAPS_HEIGHT + HINT_HEIGHT + FIELD_HEIGHT + BOTTOM,
    TYPED_MAX = 60,
};

static char typed[TYPED_MAX + 1];
static u8 typed_length;
static u8 shown_layout;

/* ---- layout, local ---- */

static Point choice_place(u8 i)
{
    return (Point){(s16)(LEFT + i / LIST_ROWS * COLUMN), (s16)(LIST_TOP + i % LIST_ROWS * RADIO_HEIGHT)};
}

static s16 keys_top(void) { return LIST_TOP + LIST_ROWS * RADIO_HEIGHT + KEYS_GAP; }

static Rect field_box(void)
{
    return rect_sized(LEFT + 32, (s16)(keys_top() + KEYCAPS_HEIGHT + HINT_HEIGHT), KEYCAPS_WIDTH - 32, FIELD_HEIGHT);
}

/* ---- drawing ---- */

static void draw_choices(void)
{
    for (u8 i = 0; i < LAYOUT_COUNT; i++)
        radio_draw(choice_place(i).x, choice_place(i).y, keyboard_layouts[i].title, i == keyboard_layout(), true);
    shown_layout = keyboard_layout();
}

static void draw_field(Window *window)
{
    Rect box = field_box();
    s16 baseline = (s16)(box.top + 15);
    s16 end = (s16)(box.left + 6 + text_width(&font_sans_12, typed, typed_length));
    draw_fill(rect_inset(box, 1, 1), THEME_PAPER);
    draw_frame(box, THEME_INK);
    draw_text(&font_sans_12, (s16)(box.left + 6), baseline, typed, typed_length, THEME_INK);
    if (window == window_active())
        draw_fill(rect(end, (s16)(box.top + 4), (s16)(end + 1), (s16)(box.bottom - 4)), THEME_INK);
}

static void draw(Window *window)
{
    static const char hint[] = "A framed key types nothing by itself: it puts its accent on the next letter.";
    panel_draw(window);
    draw_string(&font_sans_bold_12, LEFT, 20, "Layout", THEME_INK);
    draw_choices();
    keycaps_draw(LEFT, keys_top());
    draw_string(&font_sans_10, LEFT + 2, (s16)(keys_top() + KEYCAPS_HEIGHT + 12), hint, THEME_INK);
    draw_string(&font_sans_bold_12, LEFT, (s16)(field_box().top + 15), "Try", THEME_INK);
    draw_field(window);
}

static void show_field(Window *window)
{
    window_draw_begin(window);
    draw_field(window);
    window_draw_end();
}

static void show_choice(Window *window)
{
    window_draw_begin(window);
    draw_choices();
    window_draw_end();
    keycaps_update(window, LEFT, keys_top());
}

/* ---- choosing ---- */

static void click(Window *window, const Event *event, Point local)
{
    (void)event;
    for (u8 i = 0; i < LAYOUT_COUNT; i++)
        if (rect_contains(radio_box(choice_place(i).x, choice_place(i).y, keyboard_layouts[i].title), local)) {
            keyboard_set_layout(i);
            show_choice(window);
        }
}

/* The distance in the list of an arrow key; 0 for other keys. */
static s8 arrow_step(u8 character)
{
    switch (character) {
    case KEY_UP:    return -1;
    case KEY_DOWN:  return 1;
    case KEY_LEFT:  return -LIST_ROWS;
    case KEY_RIGHT: return LIST_ROWS;
    default:        return 0;
    }
}

static void step(Window *window, s8 distance)
{
    s16 number = (s16)(keyboard_layout() + distance);
    if (number < 0 || number >= LAYOUT_COUNT)
        return;
    keyboard_set_layout((u8)number);
    show_choice(window);
}

/* ---- the field ---- */

/* A full field loses its first characters. */
static void append(char character)
{
    s16 space = (s16)(rect_width(field_box()) - 14);
    typed[typed_length++] = character;
    while (typed_length == TYPED_MAX || text_width(&font_sans_12, typed, typed_length) > space) {
        for (u8 i = 1; i < typed_length; i++)
            typed[i - 1] = typed[i];
        typed_length--;
    }
}

static void type(u8 character)
{
    if (character == KEY_BACKSPACE)
        typed_length -= typed_length > 0;
    else if (character == KEY_RETURN || character == KEY_ENTER || character == KEY_ESCAPE)
        typed_length = 0;
    else if (character >= ' ' && character != KEY_DELETE)
        append((char)character);
}

static void key(Window *window, const Event *event)
{
    s8 distance = arrow_step(event->character);
    if (distance) {
        step(window, distance);
    } else if (!(event->modifiers & (MOD_COMMAND | MOD_CONTROL))) {
        type(event->character);
        show_field(window);
    }
}

static const Art *cursor(Window *window, Point local)
{
    (void)window;
    return rect_contains(field_box(), local) ? &art_cursor_beam : &art_cursor_arrow;
}

/* ---- the program ---- */

static void open(Window *window)
{
    (void)window;
    typed_length = 0;
}

static void activated(Window *window, bool active)
{
    (void)active;
    window_invalidate(window, field_box());
}

/* The host may have changed the layout. */
static void idle(Window *window)
{
    if (shown_layout != keyboard_layout())
        show_choice(window);
    else
        keycaps_update(window, LEFT, keys_top());
}

const App app_keyboard = {
    .id = APP_KEYBOARD, .name = "Keyboard", .icon = &art_icon_keyboard, .place = {38, 60}, .width = WIDTH, .height = HEIGHT,
    .open = open, .draw = draw, .activated = activated, .click = click, .key = key, .idle = idle, .cursor = cursor,
};
