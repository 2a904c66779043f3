#include "draw.h"

#include "palette.h"

Port port;

/* In the order of INK in tools/art.py. */
const Colour art_inks[ART_INKS] = {
    WHITE,                  /* transparent */
    WHITE,                  /* . */
    BLACK,                  /* # */
    RGB(204, 204, 204),     /* l  light grey */
    RGB(153, 153, 153),     /* m  middle grey */
    RGB(102, 102, 102),     /* d  dark grey */
    RGB(204, 51, 51),       /* r */
    RGB(51, 153, 102),      /* g */
    RGB(255, 204, 51),      /* y */
    RGB(51, 102, 204),      /* b */
    RGB(255, 153, 51),      /* o */
    RGB(153, 204, 255),     /* p  pale blue */
    RGB(255, 238, 204),     /* c  cream */
    RGB(51, 51, 102),       /* n  night blue */
    RGB(153, 102, 204),     /* v */
};

const Pattern pattern_grey = {{0xAA, 0x55, 0xAA, 0x55, 0xAA, 0x55, 0xAA, 0x55}};
const Pattern pattern_light = {{0x88, 0x00, 0x22, 0x00, 0x88, 0x00, 0x22, 0x00}};
const Pattern pattern_dark = {{0x77, 0xFF, 0xDD, 0xFF, 0x77, 0xFF, 0xDD, 0xFF}};

void port_set(Point origin, const Region *clip)
{
    port.origin = origin;
    region_copy(&port.clip, clip);
    region_intersect_rect(&port.clip, screen_rect());
}

static Rect global(Rect r)
{
    return rect_offset(r, port.origin.x, port.origin.y);
}

void port_clip_to(Rect local)
{
    region_intersect_rect(&port.clip, global(local));
}

bool port_shows(Rect local)
{
    Rect r = global(local);
    for (u16 i = 0; i < port.clip.count; i++)
        if (!rect_is_empty(rect_intersection(r, port.clip.rects[i])))
            return true;
    return false;
}

static void paint(Rect r, const Fill *fill)
{
    r = global(r);
    for (u16 i = 0; i < port.clip.count; i++) {
        Rect seen = rect_intersection(r, port.clip.rects[i]);
        if (!rect_is_empty(seen))
            screen_fill(seen, fill);
    }
}

void draw_fill(Rect r, Colour colour)
{
    Fill fill;
    fill_from_colour(&fill, colour);
    paint(r, &fill);
}

void draw_pattern(Rect r, const Pattern *pattern, Colour ones, Colour zeros)
{
    Fill fill;
    fill_from_pattern(&fill, pattern, ones, zeros, port.origin);
    paint(r, &fill);
}

static void four_sides(Rect r, s16 cut, const Fill *top_left, const Fill *bottom_right)
{
    paint(rect((s16)(r.left + cut), r.top, (s16)(r.right - cut), (s16)(r.top + 1)), top_left);
    paint(rect(r.left, (s16)(r.top + cut), (s16)(r.left + 1), (s16)(r.bottom - cut)), top_left);
    paint(rect((s16)(r.left + cut), (s16)(r.bottom - 1), (s16)(r.right - cut), r.bottom), bottom_right);
    paint(rect((s16)(r.right - 1), (s16)(r.top + cut), r.right, (s16)(r.bottom - cut)), bottom_right);
}

void draw_frame(Rect r, Colour colour)
{
    Fill fill;
    fill_from_colour(&fill, colour);
    four_sides(r, 0, &fill, &fill);
}

void draw_bevel(Rect r, Colour top_left, Colour bottom_right)
{
    Fill light, dark;
    fill_from_colour(&light, top_left);
    fill_from_colour(&dark, bottom_right);
    four_sides(r, 0, &light, &dark);
}

static void corner(s16 x, s16 y, const Fill *fill)
{
    paint(rect_sized(x, y, 1, 1), fill);
}

void draw_round_frame(Rect r, Colour inside, Colour outline)
{
    Fill fill;
    draw_fill(rect((s16)(r.left + 2), (s16)(r.top + 1), (s16)(r.right - 2), (s16)(r.bottom - 1)), inside);
    draw_fill(rect((s16)(r.left + 1), (s16)(r.top + 2), (s16)(r.right - 1), (s16)(r.bottom - 2)), inside);
    fill_from_colour(&fill, outline);
    four_sides(r, 2, &fill, &fill);
    corner((s16)(r.left + 1), (s16)(r.top + 1), &fill);
    corner((s16)(r.right - 2), (s16)(r.top + 1), &fill);
    corner((s16)(r.left + 1), (s16)(r.bottom - 2), &fill);
    corner((s16)(r.right - 2), (s16)(r.bottom - 2), &fill);
}

static void put_pixels(Rect to, const u8 *inks, u16 stride, const u32 *pixels, u8 transparent)
{
    to = global(to);
    for (u16 i = 0; i < port.clip.count; i++) {
        Rect seen = rect_intersection(to, port.clip.rects[i]);
        if (rect_is_empty(seen))
            continue;
        for (s16 y = seen.top; y < seen.bottom; y++)
            screen_put_row(seen.left, y, inks + (y - to.top) * stride + (seen.left - to.left),
                           (u16)rect_width(seen), pixels, transparent);
    }
}

void draw_art(s16 x, s16 y, const Art *art)
{
    u32 pixels[ART_INKS];
    for (u8 ink = 0; ink < ART_INKS; ink++)
        pixels[ink] = palette_pixel(screen.depth, art_inks[ink]);
    put_pixels(rect_sized(x, y, art->width, art->height), art->pixels, art->width, pixels, 0);
}

void draw_art_in(s16 x, s16 y, const Art *art, Colour colour)
{
    u32 pixels[ART_INKS];
    for (u8 ink = 0; ink < ART_INKS; ink++)
        pixels[ink] = palette_pixel(screen.depth, colour);
    put_pixels(rect_sized(x, y, art->width, art->height), art->pixels, art->width, pixels, 0);
}

void draw_indexed(Rect to, const u8 *inks, u16 stride, const Colour *colours, u8 colour_count)
{
    u32 pixels[256];
    for (u8 ink = 0; ink < colour_count; ink++)
        pixels[ink] = palette_pixel(screen.depth, colours[ink]);
    put_pixels(to, inks, stride, pixels, 255);
}
