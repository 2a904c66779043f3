/* Drawing in local coordinates, clipped to the visible region: the port has the origin and the clip. */
#ifndef MOOF_DRAW_H
#define MOOF_DRAW_H

#include "font.h"
#include "region.h"
#include "screen.h"

typedef struct {
    Point origin;               /* global position of local (0, 0) */
    Region clip;                /* global */
} Port;

extern Port port;

/* An image with one byte a pixel, an index of art_inks; 0 is transparent. tools/art.py generates the data. */
typedef struct {
    u8 width, height;
    u8 hot_x, hot_y;            /* a cursor's hot spot */
    const u8 *pixels;
} Art;

enum { ART_INKS = 15 };
extern const Colour art_inks[ART_INKS];

extern const Pattern pattern_grey, pattern_light, pattern_dark;

void port_set(Point origin, const Region *clip);
void port_clip_to(Rect local);              /* intersects the clip with it */
bool port_shows(Rect local);                /* whether the clip contains any of it */

void draw_fill(Rect r, Colour colour);
void draw_pattern(Rect r, const Pattern *pattern, Colour ones, Colour zeros);
void draw_frame(Rect r, Colour colour);     /* one pixel wide, inside r */
void draw_round_frame(Rect r, Colour inside, Colour outline);   /* with cut corners */
void draw_bevel(Rect r, Colour top_left, Colour bottom_right);  /* two sides of one pixel each */
void draw_art(s16 x, s16 y, const Art *art);
void draw_art_in(s16 x, s16 y, const Art *art, Colour ink);     /* all its pixels in one colour */
void draw_indexed(Rect to, const u8 *inks, u16 stride, const Colour *colours, u8 colour_count);

void draw_text(const Font *font, s16 x, s16 baseline, const char *text, u32 length, Colour colour);
void draw_string(const Font *font, s16 x, s16 baseline, const char *text, Colour colour);
void draw_string_centred(const Font *font, Rect box, const char *text, Colour colour);

#endif
