#include "windowstack.h"

enum { WINDOWS_MAX = 16 };

static Window pool[WINDOWS_MAX];
static Window *top;

void windows_clear(void)
{
    top = NULL;
    for (u16 i = 0; i < WINDOWS_MAX; i++)
        pool[i].in_use = false;
}

Window *window_allocate(void)
{
    for (u16 i = 0; i < WINDOWS_MAX; i++)
        if (!pool[i].in_use)
            return &pool[i];
    return NULL;
}

Window *window_top(void) { return top; }

Window *window_active(void)
{
    for (Window *window = top; window && window->kind != WINDOW_DIALOG; window = window->below)
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

void window_unlink(Window *window)
{
    Window **link = &top;
    while (*link != window)
        link = &(*link)->below;
    *link = window->below;
}

/* Layers are above documents, the desktop is below them; within its kind the newest is on top. */
void window_link(Window *window)
{
    Window **link = &top;
    while (*link && window->kind == WINDOW_DOCUMENT && (*link)->kind != WINDOW_DOCUMENT && (*link)->kind != WINDOW_DESKTOP)
        link = &(*link)->below;
    window->below = *link;
    *link = window;
}
