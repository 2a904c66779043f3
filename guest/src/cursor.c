#include "cursor.h"

#include "art_data.h"
#include "events.h"
#include "lowmem.h"
#include "machine.h"
#include "palette.h"

enum {
    SIZE = 16,
    MAX_LONGS = SIZE + 1,               /* a row of 16 pixels at 32 bits; with fewer bits a pixel it may touch one long more */
};

static struct {
    const Art *shape;
    Point where;                        /* hot spot when it was last drawn */
    bool is_drawn, obscured;
    u32 first_long, longs;              /* of each row that was saved */
    s16 top, rows;
    u32 under[SIZE * MAX_LONGS];
} cursor;

static u8 open_brackets;                /* calls of drawing_begin without their drawing_end yet */

static u32 *saved_row(s16 row)
{
    return (u32 *)screen_row((s16)(cursor.top + row)) + cursor.first_long;
}

static void save_under(Rect box)
{
    u32 end = ((u32)box.right * screen.depth + 31) >> 5;
    u32 *to = cursor.under;
    cursor.first_long = (u32)box.left * screen.depth >> 5;
    cursor.longs = end - cursor.first_long;
    cursor.top = box.top;
    cursor.rows = rect_height(box);
    for (s16 row = 0; row < cursor.rows; row++) {
        const u32 *from = saved_row(row);
        for (u32 i = 0; i < cursor.longs; i++)
            *to++ = from[i];
    }
}

static void draw_shape(Rect box, s16 left, s16 top)
{
    u32 pixels[3];
    for (u8 ink = 0; ink < COUNT_OF(pixels); ink++)
        pixels[ink] = palette_pixel(screen.depth, art_inks[ink]);
    for (s16 y = box.top; y < box.bottom; y++)
        screen_put_row(box.left, y, cursor.shape->pixels + (y - top) * cursor.shape->width + (box.left - left),
                       (u16)rect_width(box), pixels, 0);
}

static void erase(void)
{
    const u32 *from = cursor.under;
    if (!cursor.is_drawn)
        return;
    for (s16 row = 0; row < cursor.rows; row++) {
        u32 *to = saved_row(row);
        for (u32 i = 0; i < cursor.longs; i++)
            to[i] = *from++;
    }
    cursor.is_drawn = false;
}

static void draw_at_mouse(void)
{
    Point where = mouse_position();
    if (where.x != cursor.where.x || where.y != cursor.where.y)
        cursor.obscured = false;
    cursor.where = where;
    CURSOR_NEW = 0;
    cursor_report(where, !cursor.obscured);
    if (cursor.obscured)
        return;
    s16 left = (s16)(where.x - cursor.shape->hot_x);
    s16 top = (s16)(where.y - cursor.shape->hot_y);
    Rect box = rect_intersection(rect_sized(left, top, cursor.shape->width, cursor.shape->height), screen_rect());
    if (rect_is_empty(box))
        return;
    save_under(box);
    draw_shape(box, left, top);
    cursor.is_drawn = true;
}

void drawing_begin(void)
{
    u16 status = interrupts_off();
    if (open_brackets++ == 0) {
        SCREEN_SEQUENCE++;
        erase();
    }
    interrupts_restore(status);
}

void drawing_end(void)
{
    u16 status = interrupts_off();
    if (--open_brackets == 0) {
        draw_at_mouse();
        SCREEN_SEQUENCE++;
    }
    interrupts_restore(status);
}

void cursor_follow(void)
{
    if (!CURSOR_NEW || open_brackets)
        return;
    drawing_begin();
    drawing_end();
}

void cursor_start(Point where)
{
    cursor.shape = &art_cursor_arrow;
    cursor.where = where;
    cursor.is_drawn = false;
    cursor.obscured = false;
}

void cursor_shape(const Art *shape)
{
    if (shape == cursor.shape)
        return;
    drawing_begin();
    cursor.shape = shape;
    drawing_end();
}

void cursor_obscure(void)
{
    if (cursor.obscured)
        return;
    drawing_begin();
    cursor.obscured = true;
    drawing_end();
}
