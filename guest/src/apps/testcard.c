/* The test card: colour bars and ramps in a window of 40 % x 40 % of the screen that moves over the desktop, one step a
 * tick, and the time bar at the lower left of the screen. A click on the card inverts a patch in its top left corner:
 * measurements of the latency from input to display use it. */
#include "apps.h"
#include "art_data.h"
#include "clock.h"
#include "controls.h"
#include "cursor.h"
#include "lowmem.h"
#include "palette.h"
#include "text.h"
#include "theme.h"
#include "timebar.h"

enum { FOOTER = 30, PATCH = 32, STEP_X = 4, STEP_Y = 3, RAMPS = 4, RAMP_STEPS = 64 };

static const Colour bars[] = {
    RGB(255, 255, 255), RGB(255, 255, 0), RGB(0, 255, 255), RGB(0, 255, 0),
    RGB(255, 0, 255), RGB(255, 0, 0), RGB(0, 0, 255), RGB(0, 0, 0),
};

static const Colour ramp_colours[RAMPS] = {WHITE, RGB(255, 0, 0), RGB(0, 255, 0), RGB(0, 0, 255)};

static bool running, inverted;
static s16 dx, dy;

/* ---- layout, local ---- */

static Rect footer_of(Window *window)
{
    Rect bounds = window_bounds(window);
    return rect(0, (s16)(bounds.bottom - FOOTER), bounds.right, bounds.bottom);
}

static Rect button_of(Window *window)
{
    Rect footer = footer_of(window);
    return rect_sized(8, (s16)(footer.top + 5), 68, 20);
}

static const char *button_label(void)
{
    return running ? "Pause" : "Start";
}

/* ---- drawing ---- */

static void draw_bars(Rect area)
{
    s16 count = COUNT_OF(bars);
    for (s16 i = 0; i < count; i++)
        draw_fill(rect((s16)(area.left + rect_width(area) * i / count), area.top,
                       (s16)(area.left + rect_width(area) * (i + 1) / count), area.bottom), bars[i]);
}

static void draw_ramp(Rect area, Colour colour)
{
    for (s16 i = 0; i < RAMP_STEPS; i++)
        draw_fill(rect((s16)(area.left + rect_width(area) * i / RAMP_STEPS), area.top,
                       (s16)(area.left + rect_width(area) * (i + 1) / RAMP_STEPS), area.bottom),
                  colour_mix(BLACK, colour, (u8)(i * 255 / (RAMP_STEPS - 1))));
}

static void draw_patch(void)
{
    draw_fill(rect_sized(0, 0, PATCH, PATCH), inverted ? WHITE : BLACK);
}

static void draw_counter(Window *window)
{
    char text[24];
    Rect footer = footer_of(window);
    Rect box = rect((s16)(footer.right - 96), (s16)(footer.top + 4), (s16)(footer.right - 8), (s16)(footer.bottom - 4));
    text_add_padded(text, CARD_FRAMES, 6);
    draw_fill(box, THEME_PANEL);
    draw_string(&font_mono_12, (s16)(box.right - string_width(&font_mono_12, text)), (s16)(box.top + 15), text, THEME_INK);
}

static void draw(Window *window)
{
    Rect bounds = window_bounds(window);
    Rect footer = footer_of(window);
    s16 middle = (s16)(footer.top / 2);
    s16 ramp_height = (s16)((footer.top - middle) / RAMPS);
    draw_bars(rect(0, 0, bounds.right, middle));
    for (s16 i = 0; i < RAMPS; i++)
        draw_ramp(rect(0, (s16)(middle + ramp_height * i), bounds.right,
                       i == RAMPS - 1 ? footer.top : (s16)(middle + ramp_height * (i + 1))), ramp_colours[i]);
    draw_patch();
    draw_fill(footer, THEME_PANEL);
    draw_fill(rect(0, footer.top, footer.right, (s16)(footer.top + 1)), THEME_INK);
    button_draw(button_of(window), button_label(), false);
    draw_counter(window);
}

/* ---- moving ---- */

static void bounce(s16 *speed, s16 low, s16 high, s16 min, s16 max)
{
    if ((low <= min && *speed < 0) || (high >= max && *speed > 0))
        *speed = (s16)-*speed;
}

static void step(Window *window)
{
    Rect frame = window->frame;
    bounce(&dx, frame.left, frame.right, 0, (s16)screen.width);
    bounce(&dy, frame.top, frame.bottom, MENU_BAR_HEIGHT + 1, (s16)screen.height);
    drawing_begin();
    window_move(window, dx, dy);
    CARD_FRAMES = CARD_FRAMES + 1;
    window_draw_begin(window);
    draw_counter(window);
    window_draw_end();
    time_bar_show(clock_milliseconds());
    drawing_end();
}

/* While the mouse button is held, the user moves windows. */
static void idle(Window *window)
{
    if (running && !mouse_is_down())
        step(window);
}

static void set_running(Window *window, bool run)
{
    running = run;
    window_draw_begin(window);
    button_draw(button_of(window), button_label(), false);
    window_draw_end();
}

/* ---- the program ---- */

/* Two fifths of the screen, in its middle: at the start, and after a change of the screen's size. */
static void take_place(Window *window)
{
    window->frame = rect_centred(screen_rect(), (s16)(screen.width * 2 / 5), (s16)(screen.height * 2 / 5));
}

static void open(Window *window)
{
    CARD_FRAMES = 0;
    dx = STEP_X;
    dy = STEP_Y;
    running = true;
    inverted = false;
    take_place(window);
    time_bar_open();
    time_bar_show(clock_milliseconds());
}

static void close(Window *window)
{
    (void)window;
    time_bar_close();
}

static void invert_patch(Window *window)
{
    inverted = !inverted;
    window_draw_begin(window);
    draw_patch();
    window_draw_end();
}

static void click(Window *window, const Event *event, Point local)
{
    (void)event;
    if (!rect_contains(footer_of(window), local))
        invert_patch(window);
    else if (rect_contains(button_of(window), local) && button_track(window, button_of(window), button_label()))
        set_running(window, !running);
}

static void key(Window *window, const Event *event)
{
    if (event->character == ' ' || event->character == KEY_RETURN)
        set_running(window, !running);
}

const App app_test_card = {
    .id = APP_TEST_CARD, .name = "Test Card", .icon = &art_icon_test_card, .place = {50, 50}, .width = 400, .height = 290,
    .open = open, .close = close, .draw = draw, .resized = take_place, .idle = idle, .click = click, .key = key,
};
