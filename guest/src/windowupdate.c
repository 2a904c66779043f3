/* Computes the visible regions, collects the update regions, and draws them. */
#include "windowupdate.h"

#include "cursor.h"
#include "lowmem.h"
#include "windowframe.h"

enum { SHADOW = 1 };

/* ---- visible regions ---- */

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

static void report_to_low_memory(void)
{
    Window *active = window_active();
    u32 open = 0;
    for (Window *window = window_top(); window; window = window->below)
        open += window->kind == WINDOW_DOCUMENT;
    OPEN_WINDOWS = open;
    FRONT_APP = active ? active->app->id : 0;
    FRONT_ORIGIN = active ? (u32)(u16)active->frame.left << 16 | (u16)active->frame.top : 0;
    FRONT_SIZE = active ? (u32)rect_width(active->frame) << 16 | (u32)rect_height(active->frame) : 0;
}

void windows_compute_visible(void)
{
    Region free;                        /* the part of the screen not covered by the windows so far */
    region_set(&free, screen_rect());
    for (Window *window = window_top(); window; window = window->below) {
        Region mine;
        covered(window, &mine);
        region_copy(&window->visible, &free);
        region_intersect(&window->visible, &mine);
        region_subtract(&free, &mine);
    }
    report_to_low_memory();
}

void windows_invalidate_region(const Region *region)
{
    for (Window *window = window_top(); window; window = window->below) {
        Region part;
        region_copy(&part, region);
        region_intersect(&part, &window->visible);
        region_add(&window->update, &part);
    }
}

void window_invalidate_frame(Window *window)
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
    for (Window *window = window_top(); window; window = window->below) {
        if (region_is_empty(&window->update))
            continue;
        drawing_begin();
        update_window(window);
        drawing_end();
    }
}

void window_draw_begin(Window *window)
{
    Region clip;
    drawing_begin();
    region_copy(&clip, &window->visible);
    region_intersect_rect(&clip, window_content(window));
    region_subtract_rect(&clip, window_grow_box(window));
    set_port(window, &clip);
}

void window_draw_end(void)
{
    drawing_end();
}
