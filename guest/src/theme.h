/* The desktop's colours, named by their use. Fills dither greys that a depth lacks. */
#ifndef MOOF_THEME_H
#define MOOF_THEME_H

#include "screen.h"
#include "types.h"

#define THEME_INK         BLACK                     /* outlines, text */
#define THEME_INK_DIM     RGB(119, 119, 119)        /* text of disabled items */
#define THEME_EDGE_DIM    (screen.depth >= 4 ? RGB(102, 102, 102) : BLACK)        /* outlines of inactive windows */
#define THEME_PAPER       WHITE
/* Surfaces are tinted where there is colour, and white where a dither would make text hard to read. */
#define THEME_FACE        (screen.depth >= 4 ? RGB(221, 221, 221) : WHITE)
#define THEME_PANEL       (screen.depth >= 4 ? RGB(238, 238, 238) : WHITE)
#define THEME_TITLE       (screen.depth >= 4 ? RGB(230, 230, 238) : WHITE)
#define THEME_TITLE_SHADE (screen.depth >= 4 ? RGB(170, 170, 187) : WHITE)
#define THEME_STRIPE      (screen.depth >= 8 ? RGB(119, 119, 153) : screen.depth >= 2 ? RGB(119, 119, 119) : BLACK)
#define THEME_LIGHT       WHITE
#define THEME_SHADE       (screen.depth >= 4 ? RGB(153, 153, 153) : WHITE)
#define THEME_SHADE_DARK  (screen.depth >= 4 ? RGB(119, 119, 119) : BLACK)
#define THEME_TROUGH      RGB(187, 187, 187)        /* scroll bars, slider grooves */
#define THEME_SELECTION   (screen.depth >= 8 ? RGB(187, 204, 255) : screen.depth >= 2 ? RGB(170, 170, 170) : BLACK)
#define THEME_SELECTED_INK (screen.depth >= 2 ? BLACK : WHITE)
#define THEME_HILITE      (screen.depth >= 8 ? RGB(51, 51, 102) : BLACK)      /* chosen menu items */
#define THEME_ACCENT      (screen.depth >= 8 ? RGB(51, 102, 204) : RGB(85, 85, 85))

#endif
