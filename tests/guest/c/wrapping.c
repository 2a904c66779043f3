/* The guest's text editing without the guest: test_textedit.py compares the lines after each edit with those of a text
 * that is wrapped as a whole. Characters have a few different widths. */
#include "textedit.h"

static TextEdit edited, wrapped;
static u16 lines_before, starts_before[TEXT_MAX + 2];

u8 char_width(const Font *font, char c)
{
    (void)font;
    return c == 'W' ? 13 : c == 'i' ? 3 : c == ' ' ? 4 : c == '-' ? 5 : 7;
}

s16 text_width(const Font *font, const char *text, u32 length)
{
    s16 width = 0;
    while (length--)
        width = (s16)(width + char_width(font, *text++));
    return width;
}

void wrapping_start(int width)
{
    text_edit_start(&edited, NULL);
    text_edit_set_width(&edited, (s16)width);
}

u32 wrapping_length(void) { return edited.length; }

/* Replaces the characters from `first` to `end`; false if the text would become too long. */
bool wrapping_replace(u32 first, u32 end, const char *text, u32 length)
{
    lines_before = edited.lines;
    for (u32 i = 0; i <= lines_before; i++)
        starts_before[i] = edited.starts[i];
    text_edit_select(&edited, first, end);
    return text_edit_insert(&edited, text, length);
}

/* Whether the lines are those of the whole text. */
bool wrapping_is_right(void)
{
    wrapped = edited;
    text_edit_set_width(&wrapped, wrapped.width);
    if (wrapped.lines != edited.lines)
        return false;
    for (u32 i = 0; i <= wrapped.lines; i++)
        if (wrapped.starts[i] != edited.starts[i])
            return false;
    return true;
}

/* Whether the lines that the editor calls unchanged are: those before the range always, those after it if no line came or
 * went. `at` is where the change of `removed` characters began. */
bool wrapping_range_is_right(u32 at, u32 removed, u32 inserted)
{
    u16 after = edited.lines == lines_before ? edited.changed_end : edited.lines;
    for (u32 i = 0; i < edited.changed_first; i++)
        if (starts_before[i + 1] != edited.starts[i + 1] || edited.starts[i + 1] > at)
            return false;
    for (u32 i = after; i < edited.lines; i++)
        if (starts_before[i] <= at + removed || starts_before[i] + inserted - removed != edited.starts[i])
            return false;
    return starts_before[edited.changed_first] <= at;
}
