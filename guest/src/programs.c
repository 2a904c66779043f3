#include "programs.h"

#include "cursor.h"

static const App *const programs[APP_COUNT] = {
    &app_notes, &app_sketch, &app_sound, &app_monitors, &app_calculator, &app_test_card, &app_about, &app_keyboard, &app_disk, &app_trash,
};

const App *program(u8 index) { return programs[index]; }

enum { EDGE = 8 };                              /* margin around windows, in pixels */

static s16 smaller(s16 a, s16 b) { return a < b ? a : b; }

static s16 placed(s16 low, s16 high, s16 percent)
{
    return high <= low ? low : (s16)(low + (high - low) * percent / 100);
}

/* A window opens at its program's relative position; one that can be resized opens no larger than the screen. */
static Rect first_frame(const App *app)
{
    s16 width = (s16)(app->width + 2);
    s16 height = (s16)(app->height + TITLE_HEIGHT + 1);
    s16 top = MENU_BAR_HEIGHT + EDGE;
    if (app->min_width) {
        width = smaller(width, (s16)(screen.width - 2 * EDGE));
        height = smaller(height, (s16)(screen.height - top - EDGE));
    }
    return rect_sized(placed(EDGE, (s16)(screen.width - width - EDGE), app->place.x),
                      placed(top, (s16)(screen.height - height - EDGE), app->place.y), width, height);
}

Window *program_open(const App *app)
{
    Window *window = window_of(app);
    if (app->launch) {
        app->launch();
        return NULL;
    }
    drawing_begin();
    if (window)
        window_front(window);
    else
        window = window_open(app, WINDOW_DOCUMENT, first_frame(app));
    windows_update();
    drawing_end();
    return window;
}
