/* Input events in order: ADB events go into a ring, which the interrupt fills and the main program reads. */
#ifndef MOOF_EVENTS_H
#define MOOF_EVENTS_H

#include "keyboard.h"
#include "types.h"

enum EventKind {
    EVENT_MOUSE_MOVED = 1, EVENT_MOUSE_DOWN = 2, EVENT_MOUSE_UP = 4, EVENT_KEY = 8, EVENT_WHEEL = 16,
    EVENTS_OF_MOUSE = EVENT_MOUSE_MOVED | EVENT_MOUSE_DOWN | EVENT_MOUSE_UP,
    EVENTS_ALL = 31,
};

typedef struct {
    u16 kind;
    u16 modifiers;
    Point where;                /* global; of the mouse and the wheel */
    Point scrolled;             /* by the wheel, in pixels; right and down are positive */
    u8 code;                    /* ADB code and Mac Roman character; of keys */
    u8 character;
    u32 when;                   /* ticks */
} Event;

void events_start(void);
void events_read_adb(void);                     /* interrupt: moves all events of the machine's queue to the ring */

bool event_take(u16 kinds, Event *event);       /* the oldest event of these kinds; false if there is none */
/* The characters of the next events, as long as these are keys that type one: what has been typed meanwhile, at most `room`. */
u16 event_take_typing(char *text, u16 room);
void event_wait(void);                          /* sleeps until there is an event or a tick has passed */

void events_screen_changed(void);                /* moves the mouse onto a smaller screen */
u32 events_wanted_size(void);                   /* takes the screen size that the host asks for, width << 16 | height; 0: none */
Point mouse_position(void);
bool mouse_is_down(void);
u16 modifiers_now(void);
u32 ticks(void);

#endif
