/* Calculator: four operations, nine digits, by mouse, keyboard or keypad, and a tape. */
#include "apps.h"
#include "art_data.h"
#include "clipboard.h"
#include "controls.h"
#include "decimal.h"
#include "describe.h"
#include "tape.h"
#include "text.h"
#include "theme.h"

enum { COLUMNS = 4, ROWS = 5, KEY_WIDTH = 34, KEY_HEIGHT = 26, GAP = 6, LEFT = 12, DISPLAY_TOP = 12, DISPLAY_HEIGHT = 30, KEYS_TOP = 54,
    KEYPAD_WIDTH = 178, TAPE_WIDTH = 120, HEIGHT = 220 };

/* What each key types, in rows; a blank belongs to the key before it. */
static const char keys[ROWS * COLUMNS + 1] = "C~/*789-456+123=0 . ";

static Decimal entry, left;
static char operation;                  /* pending, 0: none */
static bool fresh;                      /* the next digit starts a new number */
static bool has_point;

/* ---- layout, local ---- */

static Rect key_box(u8 index)
{
    u8 column = index % COLUMNS, row = index / COLUMNS;
    s16 width = KEY_WIDTH, height = KEY_HEIGHT;
    if (keys[index] == '0')
        width = 2 * KEY_WIDTH + GAP;
    if (keys[index] == '=')
        height = 2 * KEY_HEIGHT + GAP;
    return rect_sized((s16)(LEFT + column * (KEY_WIDTH + GAP)), (s16)(KEYS_TOP + row * (KEY_HEIGHT + GAP)), width, height);
}

static const char *label_of(u8 index)
{
    static char label[2];
    switch (keys[index]) {
    case '~': return "+/-";
    case '/': return "\xD6";
    case '*': return "x";
    }
    label[0] = keys[index];
    label[1] = 0;
    return label;
}

static Rect display_box(void)
{
    return rect(LEFT, DISPLAY_TOP, KEYPAD_WIDTH - LEFT, DISPLAY_TOP + DISPLAY_HEIGHT);
}

static Rect tape_box(void)
{
    return rect_sized(KEYPAD_WIDTH, DISPLAY_TOP, TAPE_WIDTH, HEIGHT - 2 * DISPLAY_TOP);
}

static char sign_of(char key)
{
    return key == '/' ? (char)0xD6 : key == '*' ? 'x' : key;
}

/* ---- drawing ---- */

static void draw_display(Window *window)
{
    char text[16];
    Rect box = display_box();
    decimal_text(entry, text);
    if (has_point && entry.places == 0)
        text_add(text + text_length(text), ".");
    if (describing) {
        describe_string(PART_FIELD, window == window_active() ? PART_ACTIVE : 0, text);
        return;
    }
    draw_fill(box, screen.depth >= 8 ? RGB(204, 221, 187) : WHITE);
    draw_frame(box, THEME_INK);
    draw_bevel(rect_inset(box, 1, 1), THEME_SHADE, THEME_LIGHT);
    draw_string(&font_sans_bold_18, (s16)(box.right - 8 - string_width(&font_sans_bold_18, text)), (s16)(box.bottom - 9), text, THEME_INK);
    if (operation) {
        char sign[2] = {sign_of(operation), 0};
        draw_string(&font_sans_10, (s16)(box.left + 6), (s16)(box.top + 12), sign, THEME_INK);
    }
}

static void draw(Window *window)
{
    panel_draw(window);
    draw_display(window);
    for (u8 i = 0; i < ROWS * COLUMNS; i++)
        if (keys[i] != ' ')
            button_draw(key_box(i), label_of(i), false);
    tape_draw(tape_box());
}

static void show(Window *window)
{
    window_draw_begin(window);
    draw_display(window);
    tape_draw(tape_box());
    window_draw_end();
}

/* ---- arithmetic ---- */

static void clear(void)
{
    entry = left = (Decimal){.negative = false};
    operation = 0;
    fresh = true;
    has_point = false;
}

static void begin_entry(void)
{
    if (!fresh)
        return;
    entry = (Decimal){.negative = false};
    has_point = false;
    fresh = false;
}

static void type_digit(u8 digit)
{
    begin_entry();
    if (entry.mantissa >= 100000000 || entry.places >= DECIMAL_DIGITS - 1)
        return;
    entry.mantissa = entry.mantissa * 10 + digit;
    entry.places = (u8)(entry.places + has_point);
}

static void erase_digit(void)
{
    if (fresh)
        return;
    if (has_point && entry.places == 0) {
        has_point = false;
        return;
    }
    entry.mantissa /= 10;
    entry.places = entry.places ? entry.places - 1 : 0;
}

static void compute(void)
{
    switch (operation) {
    case '+': entry = decimal_add(left, entry); break;
    case '-': entry = decimal_subtract(left, entry); break;
    case '*': entry = decimal_multiply(left, entry); break;
    case '/': entry = decimal_divide(left, entry); break;
    }
    operation = 0;
    fresh = true;
    has_point = false;
}

static void finish_operation(void)
{
    bool has_result = operation != 0;
    if (has_result)
        tape_add(entry, '=');
    compute();
    if (has_result)
        tape_add(entry, TAPE_RESULT);
}

static void begin_operation(char sign)
{
    if (operation && fresh)
        tape_change_sign(sign_of(sign));
    else
        tape_add(entry, sign_of(sign));
    if (operation && !fresh)
        compute();
    left = entry;
    operation = sign;
    fresh = true;
    has_point = false;
}

static void press(char c)
{
    if (entry.error && c != 'C')
        return;
    if (c >= '0' && c <= '9') {
        type_digit((u8)(c - '0'));
        return;
    }
    switch (c) {
    case '.': begin_entry(); has_point = true; break;
    case 'C':
        if (operation)
            tape_add(entry, 'C');
        clear();
        break;
    case '~': entry = decimal_negate(entry); break;
    case '=': finish_operation(); break;
    case KEY_BACKSPACE: erase_digit(); break;
    default: begin_operation(c);
    }
}

/* ---- the program ---- */

static void click(Window *window, const Event *event, Point local)
{
    (void)event;
    for (u8 i = 0; i < ROWS * COLUMNS; i++) {
        if (keys[i] == ' ' || !rect_contains(key_box(i), local))
            continue;
        if (button_track(window, key_box(i), label_of(i)))
            press(keys[i]);
        show(window);
        return;
    }
}

static char key_of(u8 character)
{
    switch (character) {
    case KEY_RETURN: case KEY_ENTER: return '=';
    case KEY_ESCAPE: case 'c': return 'C';
    case KEY_BACKSPACE: return KEY_BACKSPACE;
    case ',': return '.';
    case 'x': return '*';
    }
    for (u8 i = 0; i < ROWS * COLUMNS; i++)
        if (keys[i] == (char)character && character != ' ')
            return keys[i];
    return 0;
}

static void key(Window *window, const Event *event)
{
    char pressed = key_of(event->character);
    if (pressed)
        press(pressed);
    show(window);
}

static void open(Window *window)
{
    tape_open(window);
    clear();
}

static void close(Window *window)
{
    (void)window;
    tape_close();
}

static bool may_close(Window *window)
{
    (void)window;
    return tape_may_close();
}

static bool can(Window *window, enum Command command)
{
    (void)window;
    return command == COMMAND_COPY || tape_can(command);
}

static void command(Window *window, enum Command what)
{
    char text[16];
    (void)window;
    if (what >= COMMAND_NEW) {
        tape_command(what);
        return;
    }
    decimal_text(entry, text);
    clipboard_put(text, text_length(text));
}

const App app_calculator = {
    .id = APP_CALCULATOR, .name = "Calculator", .icon = &art_icon_calculator, .place = {80, 80}, .width = KEYPAD_WIDTH + TAPE_WIDTH + LEFT, .height = HEIGHT,
    .open = open, .close = close, .may_close = may_close, .draw = draw, .click = click, .key = key, .can = can, .command = command,
};
