#include "dialog.h"

#include "art_data.h"
#include "controls.h"
#include "cursor.h"
#include "describe.h"
#include "idle.h"
#include "lowmem.h"
#include "theme.h"

enum { FLASH_TICKS = 6, RING = 4, LEADING = 2 };

static enum DialogOutcome outcome;

/* ---- drawing ---- */

void dialog_draw(Window *window)
{
    Rect bounds = window_bounds(window);
    draw_fill(bounds, THEME_TITLE);
    draw_frame(bounds, THEME_INK);
    draw_bevel(rect_inset(bounds, 1, 1), THEME_LIGHT, THEME_TITLE_SHADE);
    draw_bevel(rect_inset(bounds, 3, 3), THEME_TITLE_SHADE, THEME_LIGHT);
    draw_frame(rect_inset(bounds, 4, 4), THEME_INK);
    draw_fill(rect_inset(bounds, 5, 5), THEME_PANEL);
}

static void describe_button(const char *label, bool enabled, bool is_default)
{
    describe_string(PART_BUTTON, (u8)((enabled ? 0 : PART_DISABLED) | (is_default ? PART_ACTIVE : 0)), label);
}

void plain_button_draw(Rect box, const char *label, bool enabled)
{
    if (describing) {
        describe_button(label, enabled, false);
        return;
    }
    button_draw(box, label, false);
    if (!enabled)
        draw_string_centred(&font_sans_bold_12, box, label, THEME_INK_DIM);
}

void default_button_draw(Rect box, const char *label, bool enabled)
{
    Colour ink = enabled ? THEME_INK : THEME_INK_DIM;
    if (describing) {
        describe_button(label, enabled, true);
        return;
    }
    draw_round_frame(rect_inset(box, -RING, -RING), ink, ink);
    draw_round_frame(rect_inset(box, -RING + 1, -RING + 1), ink, ink);
    draw_round_frame(rect_inset(box, -1, -1), THEME_PANEL, THEME_PANEL);
    plain_button_draw(box, label, enabled);
}

s16 paragraph_draw(const Font *font, Rect box, const char *text, Colour colour)
{
    s16 baseline = (s16)(box.top + font->ascent);
    if (describing) {
        describe_string(PART_TEXT, 0, text);
        return box.bottom;
    }
    while (*text) {
        u32 length = 0, fits = 0;
        while (text[length] && text_width(font, text, length + 1) <= rect_width(box)) {
            length++;
            if (text[length] == ' ' || !text[length])
                fits = length;
        }
        fits = fits ? fits : length ? length : 1;
        draw_text(font, box.left, baseline, text, fits, colour);
        text += fits;
        while (*text == ' ')
            text++;
        baseline = (s16)(baseline + font_height(font) + LEADING);
    }
    return (s16)(baseline - font->ascent);
}

/* ---- keys ---- */

bool key_confirms(const Event *event)
{
    return event->character == KEY_RETURN || event->character == KEY_ENTER;
}

bool key_cancels(const Event *event)
{
    return event->character == KEY_ESCAPE || (event->character == '.' && event->modifiers & MOD_COMMAND);
}

static void wait_ticks(u32 count)
{
    u32 start = ticks();
    while (ticks() - start < count)
        idle_wait();
}

void button_flash(Window *window, Rect box, const char *label)
{
    window_draw_begin(window);
    button_draw(box, label, true);
    window_draw_end();
    wait_ticks(FLASH_TICKS);
    window_draw_begin(window);
    button_draw(box, label, false);
    window_draw_end();
}

/* ---- the loop ---- */

static void pass(Window *window, const Event *event)
{
    const App *app = window->app;
    bool inside = rect_contains(window->frame, event->where);
    if (event->kind == EVENT_KEY && app->key)
        app->key(window, event);
    else if (event->kind == EVENT_MOUSE_DOWN && inside && app->click)
        app->click(window, event, window_local(window, event->where));
    else if (event->kind == EVENT_WHEEL && inside && app->wheel)
        app->wheel(window, event);
}

static void choose_cursor(Window *window)
{
    Point where = mouse_position();
    bool own = window->app->cursor && rect_contains(window->frame, where);
    cursor_shape(own ? window->app->cursor(window, window_local(window, where)) : &art_cursor_arrow);
}

static Window *open_window(const App *app)
{
    s16 left = (s16)((screen.width - app->width) / 2);
    s16 top = (s16)(MENU_BAR_HEIGHT + (screen.height - MENU_BAR_HEIGHT - app->height) / 3);
    drawing_begin();
    Window *window = window_open(app, WINDOW_DIALOG, rect_sized(left, top, app->width, app->height));
    windows_update();
    drawing_end();
    return window;
}

enum DialogOutcome dialog_run(const App *app)
{
    enum DialogOutcome answer, before = outcome;
    u32 shown_before = DIALOG_SHOWN;
    Event event;
    Window *window = open_window(app);
    if (!window)
        return DIALOG_CANCEL;
    DIALOG_SHOWN = app->id;
    outcome = DIALOG_OPEN;
    while (outcome == DIALOG_OPEN) {
        choose_cursor(window);
        if (event_take(EVENTS_ALL, &event))
            pass(window, &event);
        else
            idle_wait();
    }
    answer = outcome;
    drawing_begin();
    window_close(window);
    windows_update();
    drawing_end();
    DIALOG_SHOWN = shown_before;
    outcome = before;
    return answer;
}

void dialog_end(enum DialogOutcome answer) { outcome = answer; }
