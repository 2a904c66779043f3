/* C strings in Mac Roman, and numbers as text. */
#ifndef MOOF_TEXT_H
#define MOOF_TEXT_H

#include "types.h"

#define ELLIPSIS "\xC9"
#define BULLET "\xA5"
#define MIDDLE_DOT "\xE1"
#define DASH "\xD0"
#define OPEN_QUOTE "\xD2"
#define CLOSE_QUOTE "\xD3"
#define APOSTROPHE "\xD5"

u32 text_length(const char *text);

/* All of these append at `end` and return the new end; the result is always terminated. */
char *text_add(char *end, const char *more);
char *text_add_char(char *end, char c);
char *text_add_number(char *end, s32 value);
char *text_add_padded(char *end, u32 value, u8 digits);
char *text_add_hex(char *end, u32 value);

#endif
