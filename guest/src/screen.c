#include "screen.h"

#include "longs.h"
#include "machine.h"
#include "palette.h"

Screen screen;

bool screen_set_mode(u16 width, u16 height, u8 depth)
{
    u32 row_bytes;
    if (!video_mode(width, height, depth, &row_bytes))
        return false;
    screen = (Screen){(u8 *)machine_info(INFO_SCREEN_BASE), row_bytes, width, height, depth};
    palette_install(depth);
    return true;
}

/* Masks of a long from bit `first` on, and before bit `last`; bit 0 is the leftmost pixel's. */
static u32 bits_from(u32 first) { return 0xFFFFFFFFu >> first; }
static u32 bits_before(u32 last) { return last ? ~(0xFFFFFFFFu >> last) : 0; }

static void blend(u32 *word, u32 value, u32 mask)
{
    *word = (*word & ~mask) | (value & mask);
}

static void fill_span(u8 *row, u32 first_bit, u32 end_bit, const u32 *words, u32 word_mask)
{
    u32 index = first_bit >> 5;
    u32 end = end_bit >> 5;
    u32 *word = (u32 *)row + index;
    u32 left = bits_from(first_bit & 31);
    u32 right = bits_before(end_bit & 31);

    if (index == end) {
        blend(word, words[index & word_mask], left & right);
        return;
    }
    if (left != 0xFFFFFFFFu) {
        blend(word++, words[index & word_mask], left);
        index++;
    }
    if (word_mask == 0) {
        fill_longs(word, words[0], end - index);
        word += end - index;
    } else {
        for (u32 i = index; i < end; i++)
            *word++ = words[i & word_mask];
    }
    if (right)
        blend(word, words[end & word_mask], right);
}

void screen_fill(Rect area, const Fill *fill)
{
    u32 first = (u32)area.left * screen.depth;
    u32 end = (u32)area.right * screen.depth;
    u8 *row = screen_row(area.top);
    for (s16 y = area.top; y < area.bottom; y++, row += screen.row_bytes)
        fill_span(row, first, end, fill->words[y & fill->row_mask], fill->word_mask);
}
