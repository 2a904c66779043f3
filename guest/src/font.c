#include "font.h"

#include "text.h"

enum { FIRST_CODE = 0x20 };

const Glyph *font_glyph(const Font *font, char c)
{
    u8 code = (u8)c;
    return &font->glyphs[code < FIRST_CODE ? 0 : code - FIRST_CODE];
}

u8 char_width(const Font *font, char c)
{
    return font_glyph(font, c)->advance;
}

s16 text_width(const Font *font, const char *text, u32 length)
{
    s16 width = 0;
    while (length--)
        width = (s16)(width + char_width(font, *text++));
    return width;
}

s16 string_width(const Font *font, const char *text)
{
    return text_width(font, text, text_length(text));
}
