#include "canvas.h"

#include "memory.h"

enum { FLOOD_STACK = 4096 };    /* points that wait; an area that needs more is filled in part */

static u8 *row_of(const Canvas *canvas, s16 y)
{
    return canvas->pixels + (s32)y * canvas->width;
}

static Rect whole(const Canvas *canvas)
{
    return rect(0, 0, canvas->width, canvas->height);
}

void canvas_clear(const Canvas *canvas, u8 ink)
{
    memset(canvas->pixels, ink, (u32)canvas->width * (u32)canvas->height);
}

void canvas_fill_rect(const Canvas *canvas, Rect r, u8 ink)
{
    r = rect_intersection(r, whole(canvas));
    if (rect_is_empty(r))
        return;
    for (s16 y = r.top; y < r.bottom; y++)
        memset(row_of(canvas, y) + r.left, ink, (u32)rect_width(r));
}

/* A round brush: from three pixels on its corners are omitted. */
static void stamp(const Canvas *canvas, Point at, u8 brush, u8 ink)
{
    Rect box = rect_sized((s16)(at.x - brush / 2), (s16)(at.y - brush / 2), brush, brush);
    s16 corner = brush >= 3 ? brush / 3 : 0;
    canvas_fill_rect(canvas, rect_inset(box, corner, 0), ink);
    canvas_fill_rect(canvas, rect_inset(box, 0, corner), ink);
}

static s16 distance(s16 a, s16 b)
{
    return (s16)(a < b ? b - a : a - b);
}

/* Bresenham's line (1965). */
void canvas_line(const Canvas *canvas, Point from, Point to, u8 brush, u8 ink)
{
    s16 dx = distance(from.x, to.x), dy = distance(from.y, to.y);
    s16 step_x = from.x < to.x ? 1 : -1, step_y = from.y < to.y ? 1 : -1;
    s32 error = dx - dy;
    for (;;) {
        stamp(canvas, from, brush, ink);
        if (from.x == to.x && from.y == to.y)
            return;
        s32 twice = 2 * error;
        if (twice > -dy) {
            error -= dy;
            from.x = (s16)(from.x + step_x);
        }
        if (twice < dx) {
            error += dx;
            from.y = (s16)(from.y + step_y);
        }
    }
}

void canvas_frame(const Canvas *canvas, Rect r, u8 brush, u8 ink)
{
    s16 right = (s16)(r.right - 1), bottom = (s16)(r.bottom - 1);
    canvas_line(canvas, (Point){r.left, r.top}, (Point){right, r.top}, brush, ink);
    canvas_line(canvas, (Point){right, r.top}, (Point){right, bottom}, brush, ink);
    canvas_line(canvas, (Point){right, bottom}, (Point){r.left, bottom}, brush, ink);
    canvas_line(canvas, (Point){r.left, bottom}, (Point){r.left, r.top}, brush, ink);
}

/* ---- ovals, row by row ---- */

static u32 square_root(u32 value)
{
    u32 root = 0;
    for (u32 bit = 1u << 15; bit; bit >>= 1)
        if ((root + bit) * (root + bit) <= value)
            root += bit;
    return root;
}

/* How far the oval's edge is from its left side in row `y` of `r`; the halves of pixels are counted as 1. */
static s16 oval_inset(Rect r, s16 y)
{
    s32 width = rect_width(r), height = rect_height(r);
    s32 from_middle = 2 * (y - r.top) + 1 - height;
    s32 half = width * (s32)square_root((u32)(height * height - from_middle * from_middle) << 8) / height;
    return (s16)((width * 16 - half + 16) >> 5);
}

void canvas_disc(const Canvas *canvas, Rect r, u8 ink)
{
    for (s16 y = r.top; y < r.bottom; y++) {
        s16 inset = oval_inset(r, y);
        canvas_fill_rect(canvas, rect((s16)(r.left + inset), y, (s16)(r.right - inset), (s16)(y + 1)), ink);
    }
}

void canvas_oval(const Canvas *canvas, Rect r, u8 brush, u8 ink)
{
    s16 before = oval_inset(r, r.top);
    s16 last = (s16)(r.bottom - 1);
    s16 right = (s16)(r.right - 1);
    canvas_line(canvas, (Point){(s16)(r.left + before), r.top}, (Point){(s16)(right - before), r.top}, brush, ink);
    canvas_line(canvas, (Point){(s16)(r.left + before), last}, (Point){(s16)(right - before), last}, brush, ink);
    for (s16 y = r.top; y < r.bottom; y++) {
        s16 inset = oval_inset(r, y);
        s16 above = y > r.top ? (s16)(y - 1) : y;
        canvas_line(canvas, (Point){(s16)(r.left + before), above}, (Point){(s16)(r.left + inset), y}, brush, ink);
        canvas_line(canvas, (Point){(s16)(right - before), above}, (Point){(s16)(right - inset), y}, brush, ink);
        before = inset;
    }
}

/* ---- flood ---- */

static Point flood_stack[FLOOD_STACK];
static u16 flood_depth;

static void push(Point p)
{
    if (flood_depth < FLOOD_STACK)
        flood_stack[flood_depth++] = p;
}

/* Pushes one point for each run of `old` between two columns of a row. */
static void push_runs(const Canvas *canvas, s16 y, s16 left, s16 right, u8 old)
{
    if (y < 0 || y >= canvas->height)
        return;
    const u8 *row = row_of(canvas, y);
    for (s16 x = left; x <= right; x++)
        if (row[x] == old && (x == right || row[x + 1] != old))
            push((Point){x, y});
}

void canvas_flood(const Canvas *canvas, Point start, u8 ink)
{
    if (!rect_contains(whole(canvas), start))
        return;
    u8 old = row_of(canvas, start.y)[start.x];
    if (old == ink)
        return;
    flood_depth = 0;
    push(start);
    while (flood_depth) {
        Point p = flood_stack[--flood_depth];
        u8 *row = row_of(canvas, p.y);
        s16 left = p.x, right = p.x;
        if (row[p.x] != old)
            continue;
        while (left > 0 && row[left - 1] == old)
            left--;
        while (right < canvas->width - 1 && row[right + 1] == old)
            right++;
        memset(row + left, ink, (u32)(right - left + 1));
        push_runs(canvas, (s16)(p.y - 1), left, right, old);
        push_runs(canvas, (s16)(p.y + 1), left, right, old);
    }
}
