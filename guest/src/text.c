#include "text.h"

u32 text_length(const char *text)
{
    u32 length = 0;
    while (text[length])
        length++;
    return length;
}

char *text_add(char *end, const char *more)
{
    while ((*end = *more++))
        end++;
    return end;
}

char *text_add_char(char *end, char c)
{
    *end++ = c;
    *end = 0;
    return end;
}

char *text_add_padded(char *end, u32 value, u8 digits)
{
    char reversed[12];
    u8 count = 0;
    do {
        reversed[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value || count < digits);
    while (count)
        *end++ = reversed[--count];
    *end = 0;
    return end;
}

char *text_add_number(char *end, s32 value)
{
    if (value < 0)
        *end++ = '-';
    return text_add_padded(end, value < 0 ? -(u32)value : (u32)value, 1);
}

char *text_add_hex(char *end, u32 value)
{
    for (s8 shift = 28; shift >= 0; shift -= 4)
        *end++ = "0123456789ABCDEF"[value >> shift & 15];
    *end = 0;
    return end;
}
