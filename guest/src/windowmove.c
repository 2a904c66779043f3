/* Moving and resizing windows, and changes of the screen's size. */
#include "cursor.h"
#include "windowupdate.h"

/* Copies region - (dx, dy) to region. Its bands are copied from the side that the pixels move to, so that none is
 * overwritten before it is read. */
static void copy_bands(const Region *region, s16 dx, s16 dy)
{
    bool backwards = dy > 0 || (dy == 0 && dx > 0);
    for (u16 i = 0; i < region->count; i++) {
        Rect to = region->rects[backwards ? region->count - 1 - i : i];
        screen_copy(rect_offset(to, (s16)-dx, (s16)-dy), dx, dy);
    }
}

/* Copies the pixels that were visible before and are so now; `carried` becomes the region of correct pixels. */
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
    drawing_begin();
    region_copy(&old_visible, &window->visible);
    window->frame = rect_offset(window->frame, dx, dy);
    windows_compute_visible();
    carry_pixels(window, &old_visible, dx, dy, &carried);

    region_copy(&uncovered, &window->visible);
    region_subtract(&uncovered, &carried);
    region_copy(&window->update, &uncovered);
    region_subtract(&old_visible, &window->visible);
    windows_invalidate_region(&old_visible);
    windows_update();
    drawing_end();
}

void window_resize(Window *window, s16 width, s16 height)
{
    Region old_visible;
    drawing_begin();
    region_copy(&old_visible, &window->visible);
    window->frame = rect_sized(window->frame.left, window->frame.top, width, height);
    windows_compute_visible();
    region_copy(&window->update, &window->visible);
    region_subtract(&old_visible, &window->visible);
    windows_invalidate_region(&old_visible);
    if (window->app->resized)
        window->app->resized(window);
    windows_update();
    drawing_end();
}

/* ---- the whole screen ---- */

/* The way from an end beyond a limit back to it, as far as the beginning has room. */
static s16 way_back(s16 begin, s16 end, s16 first, s16 limit)
{
    s16 wanted = (s16)(end > limit ? end - limit : 0), room = (s16)(begin > first ? begin - first : 0);
    return (s16)(wanted < room ? -wanted : -room);
}

/* Keeps as much of a window on the screen as that has room for, its title bar first. */
static void bring_onto_screen(Window *window)
{
    Rect frame = window->frame;
    s16 dx = way_back(frame.left, frame.right, 0, (s16)screen.width);
    s16 dy = way_back(frame.top, frame.bottom, MENU_BAR_HEIGHT, (s16)screen.height);
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
    for (Window *window = window_top(); window && resized; window = window->below)
        fit_to_screen(window);
    windows_compute_visible();
    for (Window *window = window_top(); window; window = window->below)
        region_copy(&window->update, &window->visible);
}
