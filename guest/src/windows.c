#include "windows.h"

#include "lowmem.h"
#include "memory.h"
#include "windowframe.h"

enum { WINDOWS_MAX = 16, SHADOW = 1 };

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

/* Everything a window covers: its frame and the shadow to the right of and below it. */
static void covered(const Window *window, Region *region)
{
    Rect frame = window->frame;
    region_set(region, frame);
    if (window->kind != WINDOW_DOCUMENT)
        return;
    region_add_rect(region, rect(frame.right, (s16)(frame.top + 2), (s16)(frame.right + SHADOW), (s16)(frame.bottom + SHADOW)));
    region_add_rect(region, rect((s16)(frame.left + 2), frame.bottom, (s16)(frame.right + SHADOW), (s16)(frame.bottom + SHADOW)));
}

/* ---- what is visible ---- */

static void tell_low_memory(void)
{
    Window *active = window_active();
    u32 open = 0;
    for (Window *window = top; window; window = window->below)
        open += window->kind == WINDOW_DOCUMENT;
    OPEN_WINDOWS = open;
    FRONT_APP = active ? active->app->id : 0;
    FRONT_ORIGIN = active ? (u32)(u16)active->frame.left << 16 | (u16)active->frame.top : 0;
    FRONT_SIZE = active ? (u32)rect_width(active->frame) << 16 | (u32)rect_height(active->frame) : 0;
}

static void compute_visible(void)
{
    Region free;                        /* of the screen, not yet covered by the windows looked at */
    region_set(&free, screen_rect());
    for (Window *window = top; window; window = window->below) {
        Region mine;
        covered(window, &mine);
        region_copy(&window->visible, &free);
        region_intersect(&window->visible, &mine);
        region_subtract(&free, &mine);
    }
    tell_low_memory();
}

/* Something moved away or changed here: whoever is visible there now draws it. */
static void invalidate_region(const Region *region)
{
    for (Window *window = top; window; window = window->below) {
        Region part;
        region_copy(&part, region);
        region_intersect(&part, &window->visible);
        region_add(&window->update, &part);
    }
}

static void invalidate_frame(Window *window)
{
    Region frame;
    if (!window)
        return;
    covered(window, &frame);
    region_subtract_rect(&frame, window_content(window));
    region_intersect(&frame, &window->visible);
    region_add(&window->update, &frame);
}

void window_invalidate(Window *window, Rect local)
{
    Rect content = window_content(window);
    Region part;
    region_copy(&part, &window->visible);
    region_intersect_rect(&part, rect_intersection(rect_offset(local, content.left, content.top), content));
    region_add(&window->update, &part);
}

void window_invalidate_all(Window *window)
{
    window_invalidate(window, window_bounds(window));
}

/* ---- drawing ---- */

static void set_port(Window *window, const Region *clip)
{
    Rect content = window_content(window);
    port_set((Point){content.left, content.top}, clip);
}

static void update_window(Window *window)
{
    Region update;
    region_copy(&update, &window->update);
    region_clear(&window->update);
    region_intersect(&update, &window->visible);
    if (region_is_empty(&update))
        return;
    if (window->kind == WINDOW_DOCUMENT) {
        port_set((Point){0, 0}, &update);
        window_frame_draw(window, window == window_active());
        region_intersect_rect(&update, window_content(window));
    }
    set_port(window, &update);
    window->app->draw(window);
    if (!rect_is_empty(window_grow_box(window)))
        window_grow_draw(window, window == window_active());
}

void windows_update(void)
{
    for (Window *window = top; window; window = window->below) {
        if (region_is_empty(&window->update))
            continue;
        screen_begin();
        update_window(window);
        screen_end();
    }
}

void window_draw_begin(Window *window)
{
    Region clip;
    screen_begin();
    region_copy(&clip, &window->visible);
    region_intersect_rect(&clip, window_content(window));
    region_subtract_rect(&clip, window_grow_box(window));
    set_port(window, &clip);
}

void window_draw_end(void)
{
    screen_end();
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
        invalidate_frame(before);
        if (!rect_is_empty(window_grow_box(before)))
            window_invalidate_all(before);
        tell_activated(before, false);
    }
    invalidate_frame(now);
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
    compute_visible();
    region_copy(&window->update, &window->visible);
    if (app->open)
        app->open(window);
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
    compute_visible();
    invalidate_region(&gone);
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
    compute_visible();
    region_subtract(&shown, &window->visible);
    region_add(&window->update, &window->visible);
    active_changed(before);
}

/* ---- moving and resizing ---- */

/* Copies region - (dx, dy) to region. Its bands are taken from the side that the pixels move to, so that none is
 * overwritten before it was read. */
static void copy_bands(const Region *region, s16 dx, s16 dy)
{
    bool backwards = dy > 0 || (dy == 0 && dx > 0);
    for (u16 i = 0; i < region->count; i++) {
        Rect to = region->rects[backwards ? region->count - 1 - i : i];
        screen_copy(rect_offset(to, (s16)-dx, (s16)-dy), dx, dy);
    }
}

/* Carries along what was visible before and is so now; `carried` says which pixels are right afterwards. */
static void carry_pixels(Window *window, const Region *old_visible, s16 dx, s16 dy, Region *carried)
{
    region_copy(carried, old_visible);
    region_subtract(carried, &window->update);
    region_offset(carried, dx, dy);
    region_intersect(carried, &window->visible);
    if (region_sort_bands(carried, dy != 0 && (dx > 0) != (dy > 0)))
        copy_bands(carried, dx, dy);
    else
        region_clear(carried);
}

void window_move(Window *window, s16 dx, s16 dy)
{
    Region old_visible, carried, uncovered;
    if (dx == 0 && dy == 0)
        return;
    screen_begin();
    region_copy(&old_visible, &window->visible);
    window->frame = rect_offset(window->frame, dx, dy);
    compute_visible();
    carry_pixels(window, &old_visible, dx, dy, &carried);

    region_copy(&uncovered, &window->visible);
    region_subtract(&uncovered, &carried);
    region_copy(&window->update, &uncovered);
    region_subtract(&old_visible, &window->visible);
    invalidate_region(&old_visible);
    windows_update();
    screen_end();
}

void window_resize(Window *window, s16 width, s16 height)
{
    Region old_visible;
    screen_begin();
    region_copy(&old_visible, &window->visible);
    window->frame = rect_sized(window->frame.left, window->frame.top, width, height);
    compute_visible();
    region_copy(&window->update, &window->visible);
    region_subtract(&old_visible, &window->visible);
    invalidate_region(&old_visible);
    if (window->app->resized)
        window->app->resized(window);
    windows_update();
    screen_end();
}

/* ---- the whole screen ---- */

/* Keeps a window's title bar where the mouse can reach it. */
static void bring_onto_screen(Window *window)
{
    Rect frame = window->frame;
    s16 dx = 0, dy = 0;
    if (frame.left > (s16)screen.width - 64)
        dx = (s16)(screen.width - 64 - frame.left);
    if (frame.top > (s16)screen.height - 40)
        dy = (s16)(screen.height - 40 - frame.top);
    window->frame = rect_offset(frame, dx, dy);
}

static void fit_to_screen(Window *window)
{
    switch (window->kind) {
    case WINDOW_DESKTOP:  window->frame = screen_rect(); break;
    case WINDOW_MENU_BAR: window->frame = rect(0, 0, (s16)screen.width, MENU_BAR_HEIGHT); break;
    default:              bring_onto_screen(window);
    }
    if (window->app->resized)
        window->app->resized(window);
}

void windows_screen_changed(bool resized)
{
    for (Window *window = top; window && resized; window = window->below)
        fit_to_screen(window);
    compute_visible();
    for (Window *window = top; window; window = window->below)
        region_copy(&window->update, &window->visible);
}

void windows_start(const App *desktop, const App *menu_bar)
{
    top = NULL;
    for (u16 i = 0; i < WINDOWS_MAX; i++)
        pool[i].in_use = false;
    window_open(desktop, WINDOW_DESKTOP, screen_rect());
    window_open(menu_bar, WINDOW_MENU_BAR, rect(0, 0, (s16)screen.width, MENU_BAR_HEIGHT));
}
