/* Buttons, radio buttons, sliders and scroll bars. They have no state: a program draws them with its own values and,
 * when one is clicked, calls its track function. All rectangles are local to the window. */
#ifndef MOOF_CONTROLS_H
#define MOOF_CONTROLS_H

#include "windows.h"

enum { SCROLL_BAR_WIDTH = 16, RADIO_HEIGHT = 18 };

void button_draw(Rect box, const char *label, bool pressed);
bool button_track(Window *window, Rect box, const char *label);         /* true when released inside */

void radio_draw(s16 x, s16 y, const char *label, bool on, bool enabled);
Rect radio_box(s16 x, s16 y, const char *label);

void slider_draw(Rect box, u16 value, u16 max);
/* Tracks the mouse and calls `changed` with each new value. */
void slider_track(Window *window, Rect box, u16 value, u16 max, void (*changed)(Window *window, u16 value));

typedef struct { s32 value, page, total; } ScrollRange;                 /* shows [value, value + page) of total */

void scroll_bar_draw(Rect box, ScrollRange range, bool active);
/* `scroll` is called with a value within the range, and redraws the bar. */
void scroll_bar_track(Window *window, Rect box, Point start, ScrollRange (*range)(void), void (*scroll)(Window *window, s32 value));

/* The value after a turn of the wheel by so many pixels, at `unit` pixels a step. What is less than a step stays in
 * `rest` for the next turn. */
s32 scroll_bar_wheel(ScrollRange range, s16 pixels, s16 unit, s16 *rest);

void panel_draw(Window *window);                                        /* the background of windows with controls */

#endif
