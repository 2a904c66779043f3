#include "track.h"

#include "idle.h"

enum TrackStep track_mouse(Point *where)
{
    Event event;
    if (!event_take(EVENTS_OF_MOUSE, &event)) {
        idle_wait();
        if (!event_take(EVENTS_OF_MOUSE, &event))
            return mouse_is_down() ? TRACK_TICK : TRACK_UP;
    }
    *where = event.where;
    return event.kind == EVENT_MOUSE_UP ? TRACK_UP : TRACK_MOVED;
}
