/* Windows: their order, visible regions and update regions. */
#ifndef MOOF_WINDOWS_H
#define MOOF_WINDOWS_H

#include "draw.h"
#include "events.h"

enum { TITLE_HEIGHT = 20, MENU_BAR_HEIGHT = 20, GROW_SIZE = 16 };

enum WindowKind {
    WINDOW_DOCUMENT,            /* title bar, close box, moves */
    WINDOW_LAYER,               /* no frame, above all others: an open menu, the time bar */
    WINDOW_MENU_BAR,            /* the same, always open */
    WINDOW_DESKTOP,             /* under all others */
    WINDOW_DIALOG,              /* above all others, its frame is part of its content; no document is active meanwhile */
};

enum Command { COMMAND_UNDO, COMMAND_CUT, COMMAND_COPY, COMMAND_PASTE, COMMAND_CLEAR, COMMAND_SELECT_ALL,
    COMMAND_NEW, COMMAND_OPEN, COMMAND_SAVE, COMMAND_SAVE_AS, COMMAND_MOVE_TO_TRASH };

typedef struct Window Window;

/* A program: its callbacks are called with the port set to the window's content, and inside drawing_begin/end where they
 * may draw. Any of them but draw may be NULL. */
typedef struct {
    u16 id;                     /* its number in low memory */
    const char *name;
    const Art *icon;
    Point place;                /* where it opens: percent of the space to the left of and above it */
    s16 width, height;          /* of the content, when opened */
    s16 min_width, min_height;  /* 0: cannot be resized */
    void (*launch)(void);       /* in place of a window; outside of drawing_begin */
    void (*open)(Window *window);
    void (*close)(Window *window);
    void (*draw)(Window *window);
    void (*resized)(Window *window);
    void (*activated)(Window *window, bool active);
    void (*click)(Window *window, const Event *event, Point local);
    void (*key)(Window *window, const Event *event);
    void (*wheel)(Window *window, const Event *event);          /* of the window under the pointer, in front or not */
    void (*idle)(Window *window);                               /* once a tick */
    bool (*can)(Window *window, enum Command command);
    void (*command)(Window *window, enum Command command);      /* COMMAND_NEW and those after it outside of drawing_begin */
    bool (*may_close)(Window *window);                          /* outside of drawing_begin: may ask; false to stay open */
    const Art *(*cursor)(Window *window, Point local);
} App;

struct Window {
    Window *below;
    const App *app;
    u8 kind;
    bool in_use;
    Rect frame;                 /* global, with title bar, without shadow */
    Region visible;             /* global: the part not covered by another window */
    Region update;              /* global: what must be drawn */
    const char *title;
};

void windows_start(const App *desktop, const App *menu_bar);
Window *window_open(const App *app, u8 kind, Rect frame);
void window_close(Window *window);
bool window_may_close(Window *window);          /* asks the program */
void window_set_title(Window *window, const char *title);
void window_front(Window *window);
void window_move(Window *window, s16 dx, s16 dy);
void window_resize(Window *window, s16 width, s16 height);      /* of the frame */
void windows_screen_changed(bool resized);                      /* after a change of the video mode: invalidates all windows */

Window *window_top(void);                       /* the topmost of all, layers included */
Window *window_active(void);                    /* the front document, or NULL */
Window *window_of(const App *app);              /* NULL if it is not open */
Window *window_at(Point where);                 /* never NULL: the desktop covers the screen */

Rect window_content(const Window *window);      /* global */
Rect window_bounds(const Window *window);       /* the content in local coordinates: from (0, 0) */
Point window_local(const Window *window, Point global);
Rect window_close_box(const Window *window);    /* global */
Rect window_grow_box(const Window *window);     /* global; empty if it cannot be resized */

void window_invalidate(Window *window, Rect local);
void window_invalidate_all(Window *window);
void windows_update(void);                      /* draws the update regions */

/* Draw at once instead of invalidating: the port is the window's until window_draw_end. */
void window_draw_begin(Window *window);
void window_draw_end(void);

#endif
