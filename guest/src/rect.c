#include "rect.h"

static s16 lesser(s16 a, s16 b) { return a < b ? a : b; }
static s16 greater(s16 a, s16 b) { return a > b ? a : b; }

Rect rect_intersection(Rect a, Rect b)
{
    return rect(greater(a.left, b.left), greater(a.top, b.top), lesser(a.right, b.right), lesser(a.bottom, b.bottom));
}

Rect rect_around(Rect a, Rect b)
{
    if (rect_is_empty(a))
        return b;
    if (rect_is_empty(b))
        return a;
    return rect(lesser(a.left, b.left), lesser(a.top, b.top), greater(a.right, b.right), greater(a.bottom, b.bottom));
}

Rect rect_between(Point a, Point b)
{
    return rect(lesser(a.x, b.x), lesser(a.y, b.y), (s16)(greater(a.x, b.x) + 1), (s16)(greater(a.y, b.y) + 1));
}

Rect rect_centred(Rect inside, s16 width, s16 height)
{
    return rect_sized((s16)((inside.left + inside.right - width) / 2), (s16)((inside.top + inside.bottom - height) / 2),
                      width, height);
}
