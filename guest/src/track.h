/* While the mouse button is held: the loop that follows it, with everything else on the desktop going on. */
#ifndef MOOF_TRACK_H
#define MOOF_TRACK_H

#include "events.h"

enum TrackStep { TRACK_UP, TRACK_MOVED, TRACK_TICK };

/* Waits for the next thing: the mouse has moved, a tick has passed, or the button was let go. `where` is global and, at
 * TRACK_UP, the place of the release. */
enum TrackStep track_mouse(Point *where);

#endif
