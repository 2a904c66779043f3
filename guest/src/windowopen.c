/* Opening and closing windows, and bringing them to the front. */
#include "windowstack.h"
#include "windowupdate.h"

static void call_activated(Window *window, bool active)
{
    if (window && window->app->activated)
        window->app->activated(window, active);
}

static void active_changed(Window *before)
{
    Window *now = window_active();
    if (before == now)
        return;
    if (before && before->in_use) {
        window_invalidate_frame(before);
        if (!rect_is_empty(window_grow_box(before)))
            window_invalidate_all(before);
        call_activated(before, false);
    }
    window_invalidate_frame(now);
    if (now)
        window_invalidate_all(now);
    call_activated(now, true);
}

Window *window_open(const App *app, u8 kind, Rect frame)
{
    Window *before = window_active();
    Window *window = window_allocate();
    if (!window)
        return NULL;
    *window = (Window){.app = app, .kind = kind, .frame = frame, .title = app->name, .in_use = true};
    window_link(window);
    if (app->open)
        app->open(window);              /* may choose another frame */
    windows_compute_visible();
    region_copy(&window->update, &window->visible);
    active_changed(before);
    return window;
}

bool window_may_close(Window *window)
{
    return !window->app->may_close || window->app->may_close(window);
}

void window_set_title(Window *window, const char *title)
{
    window->title = title;
    window_invalidate_frame(window);
}

void window_close(Window *window)
{
    Region gone;
    Window *before = window_active();
    if (window->app->close)
        window->app->close(window);
    region_copy(&gone, &window->visible);
    window_unlink(window);
    window->in_use = false;
    windows_compute_visible();
    windows_invalidate_region(&gone);
    active_changed(before);
}

void window_front(Window *window)
{
    Window *before = window_active();
    Region shown;
    if (before == window)
        return;
    region_copy(&shown, &window->visible);
    window_unlink(window);
    window_link(window);
    windows_compute_visible();
    region_subtract(&shown, &window->visible);
    region_add(&window->update, &window->visible);
    active_changed(before);
}

void windows_start(const App *desktop, const App *menu_bar)
{
    windows_clear();
    window_open(desktop, WINDOW_DESKTOP, screen_rect());
    window_open(menu_bar, WINDOW_MENU_BAR, rect(0, 0, (s16)screen.width, MENU_BAR_HEIGHT));
}
