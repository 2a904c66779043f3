/* Text: the glyphs of a font as pixels, clipped to the port. */
#include "describe.h"
#include "draw.h"
#include "palette.h"
#include "text.h"

/* One row of a glyph, its leftmost pixel in the top bit. */
static u32 glyph_bits(const u8 *bits, u8 bytes)
{
    u32 row = 0;
    for (u8 i = 0; i < bytes; i++)
        row |= (u32)bits[i] << (24 - 8 * i);
    return row;
}

/* The bits of a row that starts at x and lie inside the clip; *x becomes the position of the first. */
static u32 clipped_bits(u32 bits, s16 *x, s16 left, s16 right)
{
    if (*x < left) {
        s16 cut = (s16)(left - *x);
        bits = cut < 32 ? bits << cut : 0;
        *x = left;
    }
    if (*x + 32 > right) {
        s16 kept = (s16)(right - *x);
        bits &= kept > 0 ? ~(kept < 32 ? 0xFFFFFFFFu >> kept : 0) : 0;
    }
    return bits;
}

/* With one bit a pixel, grey text is black text without every other pixel. */
static bool is_grey_on_one_bit(Colour colour)
{
    return screen.depth == 1 && colour_luminance(colour) > 80 && colour_luminance(colour) < 176;
}

static u32 checkers(s16 x, s16 y)
{
    return (x + y) & 1 ? 0x55555555u : 0xAAAAAAAAu;
}

typedef struct { u32 pixel; bool thinned; } TextInk;

static void draw_glyph(const Font *font, const Glyph *glyph, s16 x, s16 baseline, Rect clip, TextInk ink)
{
    u8 bytes = (u8)((glyph->width + 7) >> 3);
    const u8 *bits = font->bits + glyph->offset;
    s16 top = (s16)(baseline - glyph->bottom - glyph->height);
    s16 left = (s16)(x + glyph->left);
    Rect box = rect_sized(left, top, glyph->width, glyph->height);
    Rect seen = rect_intersection(box, clip);
    if (rect_is_empty(seen))
        return;
    bits += (seen.top - top) * bytes;
    for (s16 y = seen.top; y < seen.bottom; y++, bits += bytes) {
        s16 start = left;
        u32 row = clipped_bits(glyph_bits(bits, bytes), &start, clip.left, clip.right);
        if (ink.thinned)
            row &= checkers(start, y);
        if (row)
            screen_mask_row(start, y, row, ink.pixel);
    }
}

static void draw_text_in(const Font *font, s16 x, s16 baseline, const char *text, u32 length, Rect clip, TextInk ink)
{
    for (; length--; text++) {
        const Glyph *glyph = font_glyph(font, *text);
        if (x > clip.right)
            return;
        if (x + glyph->left + glyph->width > clip.left)
            draw_glyph(font, glyph, x, baseline, clip, ink);
        x = (s16)(x + glyph->advance);
    }
}

void draw_text(const Font *font, s16 x, s16 baseline, const char *text, u32 length, Colour colour)
{
    if (describing) {
        if (length)
            describe_part(PART_TEXT, 0, text, length);
        return;
    }
    bool thinned = is_grey_on_one_bit(colour);
    TextInk ink = {palette_pixel(screen.depth, thinned ? BLACK : colour), thinned};
    s16 global_x = (s16)(x + port.origin.x);
    s16 global_y = (s16)(baseline + port.origin.y);
    Rect line = rect((s16)(global_x - 8), (s16)(global_y - font->ascent - 4), 32767, (s16)(global_y + font->descent + 4));
    for (u16 i = 0; i < port.clip.count; i++) {
        Rect clip = rect_intersection(port.clip.rects[i], line);
        if (!rect_is_empty(clip))
            draw_text_in(font, global_x, global_y, text, length, clip, ink);
    }
}

void draw_string(const Font *font, s16 x, s16 baseline, const char *text, Colour colour)
{
    draw_text(font, x, baseline, text, text_length(text), colour);
}

void draw_string_centred(const Font *font, Rect box, const char *text, Colour colour)
{
    s16 x = (s16)((box.left + box.right - string_width(font, text)) / 2);
    s16 baseline = (s16)((box.top + box.bottom - font->descent + font->ascent) / 2);
    draw_string(font, x, baseline, text, colour);
}
