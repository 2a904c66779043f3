/* Copies within the framebuffer, and from one-bit masks and indexed images into it. */
#include "longs.h"
#include "screen.h"

enum { ROW_LONGS = 1920 + 2 };          /* the widest row at 32 bits, and one long on each side for shifting */

static u32 row_buffer[ROW_LONGS];

/* Reads `longs` longs that start `shift` bits (-31 .. 31) after `from` into the row buffer. */
static void read_shifted(const u32 *from, s32 shift, u32 longs)
{
    u32 *to = row_buffer;
    if (shift == 0) {
        copy_longs(to, from, longs);
        return;
    }
    if (shift < 0) {
        shift += 32;
        from--;
    }
    u32 rest = 32 - (u32)shift;
    for (u32 word = *from++; longs--;) {
        u32 next = *from++;
        *to++ = word << shift | next >> rest;
        word = next;
    }
}

/* Copies a row through a buffer in which it starts at bit `to_bit & 31`: the copy out of the buffer is in whole longs. */
static void copy_row_shifted(u8 *to_row, u32 to_bit, const u8 *from_row, u32 from_bit, u32 bits)
{
    u32 lead = to_bit & 31;
    u32 longs = (lead + bits + 31) >> 5;
    u32 tail = (lead + bits) & 31;
    u32 *to = (u32 *)to_row + (to_bit >> 5);
    u32 left = 0xFFFFFFFFu >> lead;
    u32 right = tail ? ~(0xFFFFFFFFu >> tail) : 0xFFFFFFFFu;

    read_shifted((const u32 *)from_row + (from_bit >> 5), (s32)(from_bit & 31) - (s32)lead, longs);
    if (longs == 1)
        left &= right;
    to[0] = (to[0] & ~left) | (row_buffer[0] & left);
    if (longs > 1) {
        copy_longs(to + 1, row_buffer + 1, longs - 2);
        to[longs - 1] = (to[longs - 1] & ~right) | (row_buffer[longs - 1] & right);
    }
}

/* Copies whole bytes. Only a move to the right within a row needs the buffer: copying from the left would overwrite it. */
static void copy_row_bytes(u8 *to, const u8 *from, u32 bytes)
{
    if (to > from && to < from + bytes) {
        copy_longs(row_buffer, (const u32 *)from, (bytes + 3) >> 2);
        from = (const u8 *)row_buffer;
    }
    copy_longs((u32 *)to, (const u32 *)from, bytes >> 2);
    for (u32 i = bytes & ~3u; i < bytes; i++)
        to[i] = from[i];
}

void screen_copy(Rect from, s16 dx, s16 dy)
{
    s16 rows = rect_height(from);
    s16 step = dy > 0 ? -1 : 1;         /* a move down copies the last row first */
    s16 y = dy > 0 ? (s16)(from.bottom - 1) : from.top;
    u32 from_bit = (u32)from.left * screen.depth;
    u32 to_bit = (u32)(from.left + dx) * screen.depth;
    u32 bits = (u32)rect_width(from) * screen.depth;

    for (; rows > 0; rows--, y = (s16)(y + step)) {
        u8 *from_row = screen_row(y);
        u8 *to_row = screen_row((s16)(y + dy));
        if (screen.depth >= 8)
            copy_row_bytes(to_row + (to_bit >> 3), from_row + (from_bit >> 3), bits >> 3);
        else
            copy_row_shifted(to_row, to_bit, from_row, from_bit, bits);
    }
}

/* Depths below 8: the pixel at x lies in one byte, the leftmost in its highest bits. */
static void put_packed(u8 *row, s16 x, u32 pixel)
{
    u8 depth = screen.depth;
    u32 bit = (u32)x * depth;
    u8 shift = (u8)(8 - depth - (bit & 7));
    u8 *byte = row + (bit >> 3);
    *byte = (u8)((*byte & ~(((1u << depth) - 1) << shift)) | pixel << shift);
}

static void mask_row_1(u8 *row, s16 x, u32 bits, u32 pixel)
{
    u32 *word = (u32 *)row + (x >> 5);
    u8 shift = x & 31;
    u32 first = bits >> shift;
    u32 second = shift ? bits << (32 - shift) : 0;
    u32 value = pixel ? 0xFFFFFFFFu : 0;
    word[0] = (word[0] & ~first) | (value & first);
    if (second)
        word[1] = (word[1] & ~second) | (value & second);
}

void screen_mask_row(s16 x, s16 y, u32 bits, u32 pixel)
{
    u8 *row = screen_row(y);
    switch (screen.depth) {
    case 1:
        mask_row_1(row, x, bits, pixel);
        break;
    case 8:
        for (u8 *p = row + x; bits; bits <<= 1, p++)
            if ((s32)bits < 0)
                *p = (u8)pixel;
        break;
    case 16:
        for (u16 *p = (u16 *)row + x; bits; bits <<= 1, p++)
            if ((s32)bits < 0)
                *p = (u16)pixel;
        break;
    case 32:
        for (u32 *p = (u32 *)row + x; bits; bits <<= 1, p++)
            if ((s32)bits < 0)
                *p = pixel;
        break;
    default:
        for (; bits; bits <<= 1, x++)
            if ((s32)bits < 0)
                put_packed(row, x, pixel);
    }
}

void screen_put_row(s16 x, s16 y, const u8 *inks, u16 count, const u32 *pixels, u8 transparent)
{
    u8 *row = screen_row(y);
    for (; count--; inks++, x++) {
        if (*inks == transparent)
            continue;
        u32 pixel = pixels[*inks];
        switch (screen.depth) {
        case 8:  row[x] = (u8)pixel; break;
        case 16: ((u16 *)row)[x] = (u16)pixel; break;
        case 32: ((u32 *)row)[x] = pixel; break;
        default: put_packed(row, x, pixel);
        }
    }
}
