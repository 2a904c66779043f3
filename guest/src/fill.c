/* Fills: colours and patterns as whole longs of the framebuffer. */
#include "palette.h"
#include "screen.h"

/* Ordered dither (Bayer 1973), for colours that 1 and 2 bits a pixel lack. */
static const u8 bayer[4][4] = {{0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}};

/* One row of eight pixels, repeated until it ends at the end of a long. */
static void spread_row(u32 *words, const u32 pixels[8])
{
    u8 depth = screen.depth;
    u16 count = depth < 4 ? 32 / depth : 8;
    u32 word = 0;
    u8 filled = 0;
    for (u16 x = 0; x < count; x++) {
        word = depth == 32 ? pixels[x] : word << depth | pixels[x & 7];
        filled = (u8)(filled + depth);
        if (filled == 32) {
            *words++ = word;
            filled = 0;
        }
    }
}

static u8 words_per_row(void)
{
    return screen.depth <= 4 ? 1 : screen.depth / 4;
}

static void fill_from_pixel(Fill *fill, u32 pixel)
{
    for (u8 filled = screen.depth; filled < 32; filled = (u8)(filled * 2))
        pixel |= pixel << filled;
    fill->words[0][0] = pixel;
    fill->word_mask = 0;
    fill->row_mask = 0;
}

static void fill_from_dither(Fill *fill, u8 luminance)
{
    u32 highest = (1u << screen.depth) - 1;
    for (u8 y = 0; y < 4; y++) {
        u32 pixels[8];
        for (u8 x = 0; x < 8; x++)
            pixels[x] = highest - (luminance * highest * 16 + bayer[y][x & 3] * 255) / (255 * 16);
        spread_row(fill->words[y], pixels);
    }
    fill->word_mask = 0;
    fill->row_mask = 3;
}

void fill_from_colour(Fill *fill, Colour colour)
{
    u8 luminance = colour_luminance(colour);
    u32 highest = (1u << screen.depth) - 1;
    if (screen.depth > 2 || luminance * highest % 255 == 0)
        fill_from_pixel(fill, palette_pixel(screen.depth, colour));
    else
        fill_from_dither(fill, luminance);
}

void fill_from_pattern(Fill *fill, const Pattern *pattern, Colour ones, Colour zeros, Point origin)
{
    u32 one = palette_pixel(screen.depth, ones);
    u32 zero = palette_pixel(screen.depth, zeros);
    for (u8 y = 0; y < 8; y++) {
        u8 bits = pattern->rows[(y - origin.y) & 7];
        u32 pixels[8];
        for (u8 x = 0; x < 8; x++)
            pixels[x] = bits & 0x80 >> ((x - origin.x) & 7) ? one : zero;
        spread_row(fill->words[y], pixels);
    }
    fill->word_mask = (u8)(words_per_row() - 1);
    fill->row_mask = 7;
}
