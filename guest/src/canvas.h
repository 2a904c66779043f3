/* An image in memory, one byte (an ink) a pixel, and drawing into it, clipped to its edges. */
#ifndef MOOF_CANVAS_H
#define MOOF_CANVAS_H

#include "rect.h"

typedef struct {
    s16 width, height;
    u8 *pixels;                 /* row after row */
} Canvas;

void canvas_clear(const Canvas *canvas, u8 ink);
void canvas_fill_rect(const Canvas *canvas, Rect r, u8 ink);
void canvas_line(const Canvas *canvas, Point from, Point to, u8 brush, u8 ink);     /* brush: diameter in pixels */
void canvas_frame(const Canvas *canvas, Rect r, u8 brush, u8 ink);
void canvas_oval(const Canvas *canvas, Rect r, u8 brush, u8 ink);
void canvas_disc(const Canvas *canvas, Rect r, u8 ink);
void canvas_flood(const Canvas *canvas, Point start, u8 ink);                       /* the area of one ink around start */

#endif
