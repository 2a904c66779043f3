#include "screenmode.h"

#include "cursor.h"
#include "events.h"
#include "screen.h"
#include "windows.h"

/* The bracket keeps the host from capturing a frame before all windows are drawn. */
bool screen_mode_change(u16 width, u16 height, u8 depth)
{
    bool resized = width != screen.width || height != screen.height;
    drawing_begin();
    bool changed = screen_set_mode(width, height, depth);
    if (changed) {
        events_screen_changed();
        windows_screen_changed(resized);
        windows_update();
    }
    drawing_end();
    return changed;
}
