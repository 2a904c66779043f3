/* Which windows there are, and which lies over which. */
#include "windows.h"

#include "windowupdate.h"

enum { WINDOWS_MAX = 16 };

static Window pool[WINDOWS_MAX];
static Window *top;

/* ---- the stack ---- */

Window *window_top(void) { return top; }

Window *window_active(void)
{
    for (Window *window = top; window; window = window->below)
        if (window->kind == WINDOW_DOCUMENT)
            return window;
    return NULL;
}

Window *window_of(const App *app)
{
    for (Window *window = top; window; window = window->below)
        if (window->app == app)
            return window;
    return NULL;
}

Window *window_at(Point where)
{
    Window *window = top;
    while (window->below && !rect_contains(window->frame, where))
        window = window->below;
    return window;
}

static void unlink_window(Window *window)
{
    Window **link = &top;
    while (*link != window)
        link = &(*link)->below;
    *link = window->below;
}

/* Layers lie over documents, the desktop under them; within its kind the newest is on top. */
static void link_window(Window *window)
{
    Window **link = &top;
    while (*link && window->kind == WINDOW_DOCUMENT && (*link)->kind != WINDOW_DOCUMENT && (*link)->kind != WINDOW_DESKTOP)
        link = &(*link)->below;
    window->below = *link;
    *link = window;
}

/* ---- geometry ---- */

Rect window_content(const Window *window)
{
    Rect frame = window->frame;
    if (window->kind != WINDOW_DOCUMENT)
        return frame;
    return rect((s16)(frame.left + 1), (s16)(frame.top + TITLE_HEIGHT), (s16)(frame.right - 1), (s16)(frame.bottom - 1));
}

Rect window_bounds(const Window *window)
{
    Rect content = window_content(window);
    return rect(0, 0, rect_width(content), rect_height(content));
}

Point window_local(const Window *window, Point global)
{
    Rect content = window_content(window);
    return (Point){(s16)(global.x - content.left), (s16)(global.y - content.top)};
}

Rect window_close_box(const Window *window)
{
    return rect_sized((s16)(window->frame.left + 8), (s16)(window->frame.top + 5), 11, 11);
}

Rect window_grow_box(const Window *window)
{
    Rect content = window_content(window);
    if (window->kind != WINDOW_DOCUMENT || !window->app->min_width)
        return rect(0, 0, 0, 0);
    return rect((s16)(content.right - GROW_SIZE), (s16)(content.bottom - GROW_SIZE), content.right, content.bottom);
}

/* ---- opening, closing, order ---- */

static void tell_activated(Window *window, bool active)
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
        tell_activated(before, false);
    }
    window_invalidate_frame(now);
    if (now)
        window_invalidate_all(now);
    tell_activated(now, true);
}

static Window *new_window(void)
{
    for (u16 i = 0; i < WINDOWS_MAX; i++)
        if (!pool[i].in_use)
            return &pool[i];
    return NULL;
}

Window *window_open(const App *app, u8 kind, Rect frame)
{
    Window *before = window_active();
    Window *window = new_window();
    if (!window)
        return NULL;
    *window = (Window){.app = app, .kind = kind, .frame = frame, .title = app->name, .in_use = true};
    link_window(window);
    if (app->open)
        app->open(window);              /* may choose another frame */
    windows_compute_visible();
    region_copy(&window->update, &window->visible);
    active_changed(before);
    return window;
}

void window_close(Window *window)
{
    Region gone;
    Window *before = window_active();
    if (window->app->close)
        window->app->close(window);
    region_copy(&gone, &window->visible);
    unlink_window(window);
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
    unlink_window(window);
    link_window(window);
    windows_compute_visible();
    region_subtract(&shown, &window->visible);
    region_add(&window->update, &window->visible);
    active_changed(before);
}

void windows_start(const App *desktop, const App *menu_bar)
{
    top = NULL;
    for (u16 i = 0; i < WINDOWS_MAX; i++)
        pool[i].in_use = false;
    window_open(desktop, WINDOW_DESKTOP, screen_rect());
    window_open(menu_bar, WINDOW_MENU_BAR, rect(0, 0, (s16)screen.width, MENU_BAR_HEIGHT));
}
