/* Areas of the screen as lists of rectangles that do not overlap: a window's visible region, its update region.
 *
 * A desktop of ten windows needs a few dozen rectangles. If REGION_MAX is reached, subtracting keeps a rectangle whole
 * (too much is drawn) and adding gives the bounding box, so that at worst pixels are drawn twice. */
#ifndef MOOF_REGION_H
#define MOOF_REGION_H

#include "rect.h"

enum { REGION_MAX = 96 };

typedef struct {
    u16 count;
    Rect rects[REGION_MAX];
} Region;

static inline bool region_is_empty(const Region *region) { return region->count == 0; }

void region_clear(Region *region);
void region_set(Region *region, Rect r);
void region_copy(Region *to, const Region *from);
void region_offset(Region *region, s16 dx, s16 dy);
void region_add_rect(Region *region, Rect r);
void region_add(Region *region, const Region *more);
void region_subtract_rect(Region *region, Rect r);
void region_subtract(Region *region, const Region *less);
void region_intersect_rect(Region *region, Rect r);
void region_intersect(Region *region, const Region *other);
/* Divides it into bands of equal rows, sorted downwards, and within a band to the right (or to the left). False if that
 * needs more than REGION_MAX rectangles; the region is then unchanged. */
bool region_sort_bands(Region *region, bool leftwards);
Rect region_bounds(const Region *region);

#endif
