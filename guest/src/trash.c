#include "trash.h"

static Window *desktop;
static Rect place;
static bool full;

void trash_place(Window *window, Rect box)
{
    desktop = window;
    place = box;
}

void trash_show(bool now_full)
{
    if (full == now_full || !desktop)
        return;
    full = now_full;
    window_invalidate(desktop, place);
    windows_update();
}

bool trash_is_full(void) { return full; }

bool trash_at(Point where)
{
    return desktop && window_at(where) == desktop && rect_contains(place, window_local(desktop, where));
}
