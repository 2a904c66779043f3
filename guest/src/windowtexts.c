#include "windowtexts.h"

#include "describe.h"
#include "windows.h"

static void describe_window(Window *window)
{
    Region nothing;
    Rect content = window_content(window);
    u8 state = window == window_active() ? PART_ACTIVE : 0;
    region_clear(&nothing);
    port_set((Point){content.left, content.top}, &nothing);
    if (window->kind == WINDOW_DOCUMENT)
        describe_string(PART_WINDOW, state, window->title ? window->title : window->app->name);
    else if (window->kind == WINDOW_DIALOG)
        describe_string(PART_DIALOG, PART_ACTIVE, "");
    else if (window->kind == WINDOW_DESKTOP)
        describe_string(PART_DESKTOP, 0, "");
    window->app->draw(window);
}

/* The menu bar comes first, then the windows from front to back. */
static void describe_all(void)
{
    for (Window *window = window_top(); window; window = window->below)
        if (window->kind == WINDOW_MENU_BAR)
            describe_window(window);
    for (Window *window = window_top(); window; window = window->below)
        if (window->kind != WINDOW_MENU_BAR && window->kind != WINDOW_LAYER)
            describe_window(window);
}

void window_texts_idle(void)
{
    if (!describe_due())
        return;
    describe_begin();
    describe_all();
    describe_end();
}
