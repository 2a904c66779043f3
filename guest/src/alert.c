#include "alert.h"

#include "art_data.h"
#include "controls.h"
#include "files.h"
#include "lowmem.h"
#include "text.h"
#include "theme.h"

enum {
    WIDTH = 372, HEIGHT = 116, MARGIN = 20, ICON = 32, TEXT_LEFT = MARGIN + ICON + 16,
    BUTTON_WIDTH = 76, OTHER_WIDTH = 92, BUTTON_GAP = 18, BUTTON_TOP = HEIGHT - 22 - BUTTON_HEIGHT,
};

static const Alert *alert;

/* ---- layout ---- */

static Rect ok_box(void)
{
    return rect_sized(WIDTH - MARGIN - BUTTON_WIDTH, BUTTON_TOP, BUTTON_WIDTH, BUTTON_HEIGHT);
}

static Rect cancel_box(void)
{
    return rect_offset(ok_box(), -(BUTTON_WIDTH + BUTTON_GAP), 0);
}

static Rect other_box(void)
{
    return rect_sized(TEXT_LEFT, BUTTON_TOP, OTHER_WIDTH, BUTTON_HEIGHT);
}

/* ---- the dialog ---- */

static void draw_button(Rect box, const char *label, bool is_default)
{
    if (label && is_default)
        default_button_draw(box, label, true);
    else if (label)
        plain_button_draw(box, label, true);
}

static void draw(Window *window)
{
    dialog_draw(window);
    draw_art(MARGIN, MARGIN, &art_icon_caution);
    paragraph_draw(&font_sans_bold_12, rect(TEXT_LEFT, MARGIN, WIDTH - MARGIN, BUTTON_TOP), alert->text, THEME_INK);
    draw_button(ok_box(), alert->ok, !alert->cancel_is_default);
    draw_button(cancel_box(), alert->cancel, alert->cancel_is_default);
    draw_button(other_box(), alert->other, false);
}

static void press(Window *window, Rect box, const char *label, enum DialogOutcome answer)
{
    button_flash(window, box, label);
    dialog_end(answer);
}

/* A letter, with or without command, presses the button whose label begins with it, as D does Don't Save. */
static bool presses(const Event *event, const char *label)
{
    u8 character = event->character;
    return label && (character == (u8)label[0] || character == (u8)(label[0] + 32));
}

static void key(Window *window, const Event *event)
{
    if (key_cancels(event)) {
        if (alert->cancel)
            press(window, cancel_box(), alert->cancel, DIALOG_CANCEL);
        else
            press(window, ok_box(), alert->ok, DIALOG_OK);
    } else if (key_confirms(event)) {
        if (alert->cancel_is_default)
            press(window, cancel_box(), alert->cancel, DIALOG_CANCEL);
        else
            press(window, ok_box(), alert->ok, DIALOG_OK);
    } else if (presses(event, alert->other)) {
        press(window, other_box(), alert->other, DIALOG_OTHER);
    } else if (alert->cancel && presses(event, alert->ok)) {
        press(window, ok_box(), alert->ok, DIALOG_OK);
    }
}

static void click(Window *window, const Event *event, Point local)
{
    (void)event;
    if (rect_contains(ok_box(), local) && button_track(window, ok_box(), alert->ok))
        dialog_end(DIALOG_OK);
    else if (alert->cancel && rect_contains(cancel_box(), local) && button_track(window, cancel_box(), alert->cancel))
        dialog_end(DIALOG_CANCEL);
    else if (alert->other && rect_contains(other_box(), local) && button_track(window, other_box(), alert->other))
        dialog_end(DIALOG_OTHER);
}

static const App app_alert = {.id = DIALOG_ALERT, .name = "alert", .width = WIDTH, .height = HEIGHT, .draw = draw, .key = key, .click = click};

enum DialogOutcome alert_run(const Alert *what)
{
    const Alert *before = alert;
    alert = what;
    enum DialogOutcome answer = dialog_run(&app_alert);
    alert = before;
    return answer;
}

void alert_file_error(const char *name, const char *verb, s32 result)
{
    char text[ALERT_TEXT_SIZE];
    char *end = text_add(text, "The document " OPEN_QUOTE);
    end = text_add(end, name);
    end = text_add(end, CLOSE_QUOTE " could not be ");
    end = text_add(end, verb);
    end = text_add(end, " because ");
    end = text_add(end, file_error_text(result));
    text_add(end, ".");
    Alert plain = {.text = text, .ok = "OK"};
    alert_run(&plain);
}
