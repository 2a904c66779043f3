#include "programs.h"

#include "sound.h"

static const App *const programs[APP_COUNT] = {
    &app_notes, &app_sketch, &app_sound, &app_monitors, &app_calculator, &app_test_card, &app_about,
};

static u32 last_tick;

const App *program(u8 index) { return programs[index]; }

/* Each program has its own place, cascading from the top left, so that none hides another one's title. */
static Rect first_frame(const App *app)
{
    s16 width = (s16)(app->width + 2);
    s16 height = (s16)(app->height + TITLE_HEIGHT + 1);
    s16 left = (s16)(screen.width / 16 + (app->id - 1) * 34);
    s16 top = (s16)(MENU_BAR_HEIGHT + 14 + (app->id - 1) * 26);
    if (left + width > screen.width - 8)
        left = (s16)(screen.width - 8 - width);
    if (top + height > screen.height - 8)
        top = (s16)(screen.height - 8 - height);
    return rect_sized(left < 4 ? 4 : left, top < MENU_BAR_HEIGHT + 2 ? MENU_BAR_HEIGHT + 2 : top, width, height);
}

Window *program_open(const App *app)
{
    Window *window = window_of(app);
    screen_begin();
    if (window)
        window_front(window);
    else
        window = window_open(app, WINDOW_DOCUMENT, first_frame(app));
    windows_update();
    screen_end();
    return window;
}

void programs_idle(void)
{
    if (ticks() != last_tick) {
        last_tick = ticks();
        sound_idle();
        for (Window *window = window_top(), *below; window; window = below) {
            below = window->below;
            if (window->app->idle)
                window->app->idle(window);
        }
    }
    windows_update();
}
