/* Bitmap fonts, indexed by Mac Roman code from 0x20 on. tools/bdf.py generates the data. */
#ifndef MOOF_FONT_H
#define MOOF_FONT_H

#include "types.h"

typedef struct {
    u16 offset;                 /* of the first row in the font's bits; rows are whole bytes, at most four */
    u8 width, height;           /* of the bitmap */
    s8 left, bottom;            /* from the pen on the baseline to the bitmap's lower left corner, y up */
    u8 advance;                 /* how far the pen moves */
} Glyph;

typedef struct {
    u8 ascent, descent;         /* pixels of a line above and below the baseline */
    const Glyph *glyphs;
    const u8 *bits;
} Font;

extern const Font font_sans_10, font_sans_12, font_sans_bold_12, font_sans_bold_18, font_serif_14, font_mono_12;

static inline u8 font_height(const Font *font) { return (u8)(font->ascent + font->descent); }

const Glyph *font_glyph(const Font *font, char c);
u8 char_width(const Font *font, char c);
s16 text_width(const Font *font, const char *text, u32 length);
s16 string_width(const Font *font, const char *text);

#endif
