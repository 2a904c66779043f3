/* Monitors: the screen's size and depth, changed at run time and stored in XPRAM. */
#include "apps.h"
#include "art_data.h"
#include "controls.h"
#include "palette.h"
#include "screenmode.h"
#include "settings.h"
#include "text.h"
#include "theme.h"

enum { LEFT = 18, COLUMN = 150, TOP = 44, ROW = RADIO_HEIGHT + 4 };

static const char *const size_labels[SCREEN_SIZES] = {
    "512 by 342", "640 by 480", "832 by 624", "1024 by 768", "1152 by 870", "1920 by 1080",
};

static const char *const depth_labels[SCREEN_DEPTHS] = {
    "Black and white", "4 greys", "16 greys", "256 colours", "Thousands", "Millions",
};

static Point size_place(u8 i) { return (Point){LEFT, (s16)(TOP + i * ROW)}; }
static Point depth_place(u8 i) { return (Point){LEFT + COLUMN, (s16)(TOP + i * ROW)}; }

static bool is_size(u8 i)
{
    return screen_sizes[i].width == screen.width && screen_sizes[i].height == screen.height;
}

/* A strip of the colours of the depth. */
static void draw_sample(Window *window)
{
    Rect bounds = window_bounds(window);
    Rect box = rect(LEFT, (s16)(bounds.bottom - 34), (s16)(bounds.right - LEFT), (s16)(bounds.bottom - 14));
    s16 width = (s16)(rect_width(box) - 2);
    static const Colour stops[] = {RGB(204, 51, 51), RGB(255, 204, 51), RGB(51, 153, 102), RGB(51, 102, 204), RGB(153, 102, 204), WHITE};
    for (s16 x = 0; x < width; x = (s16)(x + 2)) {
        s32 at = x * (s32)(COUNT_OF(stops) - 1) * 256 / width;
        draw_fill(rect_sized((s16)(box.left + 1 + x), (s16)(box.top + 1), 2, (s16)(rect_height(box) - 2)),
                  colour_mix(stops[at >> 8], stops[(at >> 8) + 1], (u8)at));
    }
    draw_frame(box, THEME_INK);
}

static void draw(Window *window)
{
    panel_draw(window);
    draw_string(&font_sans_bold_12, LEFT, TOP - 12, "Size", THEME_INK);
    draw_string(&font_sans_bold_12, LEFT + COLUMN, TOP - 12, "Colours", THEME_INK);
    for (u8 i = 0; i < SCREEN_SIZES; i++)
        radio_draw(size_place(i).x, size_place(i).y, size_labels[i], is_size(i), true);
    for (u8 i = 0; i < SCREEN_DEPTHS; i++)
        radio_draw(depth_place(i).x, depth_place(i).y, depth_labels[i], screen.depth == screen_depths[i], true);
    draw_sample(window);
}

static void choose(u8 size, u8 depth)
{
    if (is_size(size) && screen.depth == depth)
        return;
    if (screen_mode_change(screen_sizes[size].width, screen_sizes[size].height, depth)) {
        settings_write(SETTING_SIZE, size);
        settings_write(SETTING_DEPTH, depth);
    }
}

static u8 current_size(void)
{
    for (u8 i = 0; i < SCREEN_SIZES; i++)
        if (is_size(i))
            return i;
    return 0;
}

static u8 current_depth(void)
{
    for (u8 i = 0; i < SCREEN_DEPTHS; i++)
        if (screen_depths[i] == screen.depth)
            return i;
    return 0;
}

static void click(Window *window, const Event *event, Point local)
{
    (void)window;
    (void)event;
    for (u8 i = 0; i < SCREEN_SIZES; i++)
        if (rect_contains(radio_box(size_place(i).x, size_place(i).y, size_labels[i]), local))
            choose(i, screen.depth);
    for (u8 i = 0; i < SCREEN_DEPTHS; i++)
        if (rect_contains(radio_box(depth_place(i).x, depth_place(i).y, depth_labels[i]), local))
            choose(current_size(), screen_depths[i]);
}

/* Up and down change the size, left and right the depth. */
static void key(Window *window, const Event *event)
{
    u8 size = current_size(), depth = current_depth();
    (void)window;
    switch (event->character) {
    case KEY_UP:    size = size ? size - 1 : 0; break;
    case KEY_DOWN:  size = size < SCREEN_SIZES - 1 ? size + 1 : size; break;
    case KEY_LEFT:  depth = depth ? depth - 1 : 0; break;
    case KEY_RIGHT: depth = depth < SCREEN_DEPTHS - 1 ? depth + 1 : depth; break;
    }
    choose(size, screen_depths[depth]);
}

const App app_monitors = {
    .id = APP_MONITORS, .name = "Monitors", .icon = &art_icon_monitors, .place = {62, 88}, .width = 320, .height = 226,
    .draw = draw, .click = click, .key = key,
};
