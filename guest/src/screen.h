/* The framebuffer: its mode, and fills and copies of pixels in it. */
#ifndef MOOF_SCREEN_H
#define MOOF_SCREEN_H

#include "rect.h"

typedef struct {
    u8 *base;
    u32 row_bytes;
    u16 width, height;
    u8 depth;                   /* bits per pixel: 1, 2, 4, 8, 16 or 32 */
} Screen;

extern Screen screen;

static inline Rect screen_rect(void) { return rect(0, 0, (s16)screen.width, (s16)screen.height); }
static inline u8 *screen_row(s16 y) { return screen.base + (u32)y * screen.row_bytes; }

bool screen_set_mode(u16 width, u16 height, u8 depth);

/* A fill is a pattern of 8 x 8 pixels (or a dither, or one pixel) spread over longs at the screen's depth. */
typedef struct {
    u32 words[8][8];            /* row y & 7, word x * depth / 32 & word_mask */
    u8 word_mask;
    u8 row_mask;                /* 0 if all rows are equal */
} Fill;

typedef struct { u8 rows[8]; } Pattern;

void fill_from_colour(Fill *fill, Colour colour);
void fill_from_pattern(Fill *fill, const Pattern *pattern, Colour ones, Colour zeros, Point origin);

/* Device level: global coordinates, which must be within the screen. */
void screen_fill(Rect area, const Fill *fill);
void screen_copy(Rect from, s16 dx, s16 dy);
void screen_mask_row(s16 x, s16 y, u32 bits, u32 pixel);        /* sets a pixel for each bit set, the highest bit at x */
void screen_put_row(s16 x, s16 y, const u8 *inks, u16 count, const u32 *pixels, u8 transparent);

#endif
