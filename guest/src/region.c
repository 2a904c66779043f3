#include "region.h"

#include "memory.h"

void region_clear(Region *region)
{
    region->count = 0;
}

void region_set(Region *region, Rect r)
{
    region->count = 0;
    if (!rect_is_empty(r))
        region->rects[region->count++] = r;
}

void region_copy(Region *to, const Region *from)
{
    to->count = from->count;
    memcpy(to->rects, from->rects, from->count * sizeof(Rect));
}

void region_offset(Region *region, s16 dx, s16 dy)
{
    for (u16 i = 0; i < region->count; i++)
        region->rects[i] = rect_offset(region->rects[i], dx, dy);
}

static void append(Region *region, Rect r)
{
    if (rect_is_empty(r))
        return;
    if (region->count < REGION_MAX)
        region->rects[region->count++] = r;
    else
        region_set(region, rect_around(region_bounds(region), r));
}

void region_add_rect(Region *region, Rect r)
{
    region_subtract_rect(region, r);
    append(region, r);
}

void region_add(Region *region, const Region *more)
{
    for (u16 i = 0; i < more->count; i++)
        region_add_rect(region, more->rects[i]);
}

/* Appends `whole` without the `hole` inside it: bands above and below, pieces left and right. */
static u16 pieces_around(Rect whole, Rect hole, Rect pieces[4])
{
    u16 count = 0;
    if (hole.top > whole.top)
        pieces[count++] = rect(whole.left, whole.top, whole.right, hole.top);
    if (hole.left > whole.left)
        pieces[count++] = rect(whole.left, hole.top, hole.left, hole.bottom);
    if (hole.right < whole.right)
        pieces[count++] = rect(hole.right, hole.top, whole.right, hole.bottom);
    if (hole.bottom < whole.bottom)
        pieces[count++] = rect(whole.left, hole.bottom, whole.right, whole.bottom);
    return count;
}

void region_subtract_rect(Region *region, Rect r)
{
    /* From the end: pieces go into the freed place and after it, where they need no second check. */
    for (u16 i = region->count; i-- > 0;) {
        Rect whole = region->rects[i];
        Rect hole = rect_intersection(whole, r);
        Rect pieces[4];
        if (rect_is_empty(hole))
            continue;
        u16 count = pieces_around(whole, hole, pieces);
        if (region->count + count > REGION_MAX)
            continue;
        region->rects[i] = region->rects[--region->count];
        for (u16 piece = 0; piece < count; piece++)
            region->rects[region->count++] = pieces[piece];
    }
}

void region_subtract(Region *region, const Region *less)
{
    for (u16 i = 0; i < less->count; i++)
        region_subtract_rect(region, less->rects[i]);
}

void region_intersect_rect(Region *region, Rect r)
{
    u16 kept = 0;
    for (u16 i = 0; i < region->count; i++) {
        Rect common = rect_intersection(region->rects[i], r);
        if (!rect_is_empty(common))
            region->rects[kept++] = common;
    }
    region->count = kept;
}

void region_intersect(Region *region, const Region *other)
{
    Region whole;
    region_copy(&whole, region);
    region_clear(region);
    for (u16 i = 0; i < whole.count; i++)
        for (u16 j = 0; j < other->count; j++)
            append(region, rect_intersection(whole.rects[i], other->rects[j]));
}

Rect region_bounds(const Region *region)
{
    Rect bounds = {0, 0, 0, 0};
    for (u16 i = 0; i < region->count; i++)
        bounds = rect_around(bounds, region->rects[i]);
    return bounds;
}

/* The first row below `y` at which a rectangle starts or ends. */
static s16 next_edge(const Region *region, s16 y)
{
    s16 next = 32767;
    for (u16 i = 0; i < region->count; i++) {
        Rect r = region->rects[i];
        if (r.top > y && r.top < next)
            next = r.top;
        if (r.bottom > y && r.bottom < next)
            next = r.bottom;
    }
    return next;
}

/* Inserts `r` after the rectangles of its band that begin to the left of it (or to the right). */
static void insert_into_band(Region *bands, u16 band_start, Rect r, bool leftwards)
{
    u16 place = bands->count++;
    while (place > band_start && (bands->rects[place - 1].left > r.left) != leftwards) {
        bands->rects[place] = bands->rects[place - 1];
        place--;
    }
    bands->rects[place] = r;
}

bool region_sort_bands(Region *region, bool leftwards)
{
    Region bands;
    Rect bounds = region_bounds(region);
    region_clear(&bands);
    for (s16 top = bounds.top, bottom; top < bounds.bottom; top = bottom) {
        u16 band_start = bands.count;
        bottom = next_edge(region, top);
        for (u16 i = 0; i < region->count; i++) {
            Rect r = region->rects[i];
            if (r.top > top || r.bottom < bottom)
                continue;
            if (bands.count == REGION_MAX)
                return false;
            insert_into_band(&bands, band_start, rect(r.left, top, r.right, bottom), leftwards);
        }
    }
    region_copy(region, &bands);
    return true;
}
