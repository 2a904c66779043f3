#ifndef MOOF_RECT_H
#define MOOF_RECT_H

#include "types.h"

static inline Rect rect(s16 left, s16 top, s16 right, s16 bottom) { return (Rect){left, top, right, bottom}; }
static inline Rect rect_sized(s16 x, s16 y, s16 width, s16 height)
{
    return (Rect){x, y, (s16)(x + width), (s16)(y + height)};
}
static inline s16 rect_width(Rect r) { return (s16)(r.right - r.left); }
static inline s16 rect_height(Rect r) { return (s16)(r.bottom - r.top); }
static inline bool rect_is_empty(Rect r) { return r.left >= r.right || r.top >= r.bottom; }
static inline bool rect_contains(Rect r, Point p)
{
    return p.x >= r.left && p.x < r.right && p.y >= r.top && p.y < r.bottom;
}
static inline Rect rect_offset(Rect r, s16 dx, s16 dy)
{
    return (Rect){(s16)(r.left + dx), (s16)(r.top + dy), (s16)(r.right + dx), (s16)(r.bottom + dy)};
}
static inline Rect rect_inset(Rect r, s16 dx, s16 dy)
{
    return (Rect){(s16)(r.left + dx), (s16)(r.top + dy), (s16)(r.right - dx), (s16)(r.bottom - dy)};
}

Rect rect_intersection(Rect a, Rect b);     /* may be empty */
Rect rect_around(Rect a, Rect b);           /* the smallest that contains both; an empty one is ignored */
Rect rect_between(Point a, Point b);        /* two opposite corners, both inside */
Rect rect_centred(Rect inside, s16 width, s16 height);

#endif
