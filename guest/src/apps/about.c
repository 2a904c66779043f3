/* About: the machine's properties, and the time since its start. */
#include "apps.h"
#include "art_data.h"
#include "controls.h"
#include "lowmem.h"
#include "machine.h"
#include "text.h"
#include "theme.h"

enum { SKY_HEIGHT = 84, TABLE_TOP = 104, LINE = 18, LABEL_RIGHT = 118, VALUE_LEFT = 128, REFRESH_TICKS = 6 };

enum Row { ROW_MEMORY, ROW_PROCESSOR, ROW_SCREEN, ROW_TICKS, ROW_UPTIME, ROWS };

static const char *const labels[ROWS] = {"Memory", "Processor", "Screen", "Ticks", "Up for"};

static u32 drawn_at;

static void memory_text(char *end)
{
    end = text_add_number(end, (s32)(machine_info(INFO_RAM_SIZE) >> 10));
    end = text_add(end, " KB RAM, ");
    end = text_add_number(end, (s32)(machine_info(INFO_ROM_LENGTH) >> 10));
    text_add(end, " KB ROM");
}

static void screen_text(char *end)
{
    end = text_add_number(end, screen.width);
    end = text_add(end, " by ");
    end = text_add_number(end, screen.height);
    end = text_add(end, ", ");
    end = text_add_number(end, screen.depth);
    text_add(end, screen.depth == 1 ? " bit a pixel" : " bits a pixel");
}

/* 60.15 ticks a second. */
static void uptime_text(char *end)
{
    u32 seconds = ticks() / 1203 * 20 + ticks() % 1203 * 20 / 1203;
    end = text_add_number(end, (s32)(seconds / 3600));
    end = text_add(end, ":");
    end = text_add_padded(end, seconds / 60 % 60, 2);
    end = text_add(end, ":");
    text_add_padded(end, seconds % 60, 2);
}

static void row_text(u8 row, char *text)
{
    switch (row) {
    case ROW_MEMORY:    memory_text(text); break;
    case ROW_PROCESSOR: text_add(text, "68020, as Musashi plays it"); break;
    case ROW_SCREEN:    screen_text(text); break;
    case ROW_TICKS:     text_add_number(text, (s32)ticks()); break;
    case ROW_UPTIME:    uptime_text(text); break;
    }
}

static void draw_value(Window *window, u8 row)
{
    char text[48];
    s16 top = (s16)(TABLE_TOP + row * LINE);
    row_text(row, text);
    draw_fill(rect(VALUE_LEFT, top, (s16)(window_bounds(window).right - 8), (s16)(top + LINE)), THEME_PANEL);
    draw_string(&font_sans_12, VALUE_LEFT, (s16)(top + 13), text, THEME_INK);
}

static void draw_sky(Window *window)
{
    static const Point stars[] = {{120, 12}, {160, 30}, {212, 10}, {236, 44}, {276, 20}, {300, 52}, {150, 62}, {22, 14}, {8, 60}, {100, 70}};
    Rect sky = rect(0, 0, window_bounds(window).right, SKY_HEIGHT);
    draw_fill(sky, screen.depth <= 2 ? BLACK : RGB(51, 51, 102));
    for (u8 i = 0; i < COUNT_OF(stars); i++)
        draw_fill(rect_sized(stars[i].x, stars[i].y, (s16)(1 + i % 3 / 2), (s16)(1 + i % 3 / 2)), WHITE);
    draw_art(36, 26, &art_icon_about);
    draw_string(&font_sans_bold_18, 92, 44, "Moof", WHITE);
    draw_string(&font_sans_12, 92, 62, "A small Mac, all of its own", screen.depth >= 4 ? RGB(204, 204, 238) : WHITE);
    draw_fill(rect(0, SKY_HEIGHT, sky.right, SKY_HEIGHT + 1), THEME_INK);
}

static void draw(Window *window)
{
    panel_draw(window);
    draw_sky(window);
    for (u8 row = 0; row < ROWS; row++) {
        s16 x = (s16)(LABEL_RIGHT - string_width(&font_sans_bold_12, labels[row]));
        draw_string(&font_sans_bold_12, x, (s16)(TABLE_TOP + row * LINE + 13), labels[row], THEME_INK);
        draw_value(window, row);
    }
}

static void idle(Window *window)
{
    if (ticks() - drawn_at < REFRESH_TICKS)
        return;
    drawn_at = ticks();
    window_draw_begin(window);
    draw_value(window, ROW_TICKS);
    draw_value(window, ROW_UPTIME);
    window_draw_end();
}

const App app_about = {
    .id = APP_ABOUT, .name = "About Moof", .icon = &art_icon_about, .place = {50, 35}, .width = 330, .height = 206, .draw = draw, .idle = idle,
};
