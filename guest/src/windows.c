/* The geometry of a window's parts. */
#include "windows.h"

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
