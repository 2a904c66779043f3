/* The three memory functions the compiler may call on its own. */
#include "memory.h"

void *memcpy(void *to, const void *from, size_t count)
{
    u8 *t = to;
    const u8 *f = from;
    while (count >= 4) {                    /* the 68020 reads and writes longs at any address */
        *(u32 *)t = *(const u32 *)f;
        t += 4, f += 4, count -= 4;
    }
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
    while (count--)
        t[count] = f[count];
    return to;
}

void *memset(void *to, int value, size_t count)
{
    u8 *t = to;
    while (count--)
        *t++ = (u8)value;
    return to;
}
