/* The integer types, points, rectangles and colours of all files. */
#ifndef MOOF_TYPES_H
#define MOOF_TYPES_H

typedef unsigned char u8;
typedef signed char s8;
typedef unsigned short u16;
typedef signed short s16;
typedef unsigned int u32;
typedef signed int s32;
typedef u8 bool;

#define true 1
#define false 0
#define NULL ((void *)0)
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Pixels; x grows to the right, y downwards. */
typedef struct { s16 x, y; } Point;

/* Left and top are inside, right and bottom are not. */
typedef struct { s16 left, top, right, bottom; } Rect;

/* 0x00RRGGBB, whatever the depth of the screen. */
typedef u32 Colour;

#define RGB(r, g, b) ((Colour)(((r) << 16) | ((g) << 8) | (b)))
#define WHITE RGB(255, 255, 255)
#define BLACK RGB(0, 0, 0)

#endif
