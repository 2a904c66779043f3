#include "timebar.h"

#include "windows.h"

static u32 shown;

static bool block_is_black(u8 block)
{
    u32 parity = 0;
    if (block < 2)
        return block == 0;
    if (block < 2 + TIME_BAR_BITS)
        return shown >> (TIME_BAR_BITS + 1 - block) & 1;
    for (u8 bit = 0; bit < TIME_BAR_BITS; bit++)
        parity ^= shown >> bit & 1;
    return (bool)parity;
}

static void draw(Window *window)
{
    (void)window;
    for (u8 block = 0; block < TIME_BAR_BLOCKS; block++)
        draw_fill(rect_sized((s16)(block * TIME_BAR_BLOCK), 0, TIME_BAR_BLOCK, TIME_BAR_BLOCK),
                  block_is_black(block) ? BLACK : WHITE);
}

static Rect place(void)
{
    return rect_sized(0, (s16)(screen.height - TIME_BAR_BLOCK), TIME_BAR_BLOCKS * TIME_BAR_BLOCK, TIME_BAR_BLOCK);
}

static void resized(Window *window)
{
    window->frame = place();
}

static const App app_time_bar = {.name = "time bar", .draw = draw, .resized = resized};

void time_bar_open(void)
{
    if (!window_of(&app_time_bar))
        window_open(&app_time_bar, WINDOW_LAYER, place());
}

void time_bar_close(void)
{
    Window *window = window_of(&app_time_bar);
    if (window)
        window_close(window);
}

void time_bar_show(u32 milliseconds)
{
    Window *window = window_of(&app_time_bar);
    if (!window)
        return;
    shown = milliseconds;
    window_draw_begin(window);
    draw(window);
    window_draw_end();
}
