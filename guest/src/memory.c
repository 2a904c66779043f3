/* The three memory functions that the compiler may call. */
#include "memory.h"

#include "longs.h"

void *memcpy(void *to, const void *from, size_t count)
{
    u8 *t = to;
    const u8 *f = from;
    copy_longs((u32 *)t, (const u32 *)f, count >> 2);       /* the 68020 reads and writes longs at any address */
    t += count & ~3u, f += count & ~3u, count &= 3;
    while (count--)
        *t++ = *f++;
    return to;
}

void *memmove(void *to, const void *from, size_t count)
{
    u8 *t = to;
    const u8 *f = from;
    if (t <= f || t >= f + count)
        return memcpy(to, from, count);
    copy_longs_down((u32 *)(t + count), (const u32 *)(f + count), count >> 2);
    for (count &= 3; count--;)
        t[count] = f[count];
    return to;
}

void *memset(void *to, int value, size_t count)
{
    u8 *t = to;
    fill_longs((u32 *)t, (value & 0xFF) * 0x01010101u, count >> 2);
    for (t += count & ~3u, count &= 3; count--;)
        *t++ = (u8)value;
    return to;
}
