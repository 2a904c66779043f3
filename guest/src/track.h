/* Tracking the mouse while its button is held; sound and windows continue meanwhile. */
#ifndef MOOF_TRACK_H
#define MOOF_TRACK_H

#include "events.h"

enum TrackStep { TRACK_UP, TRACK_MOVED, TRACK_TICK };

/* Waits until the mouse has moved, a tick has passed, or the button was released. `where` is global and, at
 * TRACK_UP, the position of the release. */
enum TrackStep track_mouse(Point *where);

#endif
