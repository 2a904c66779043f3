#include "idle.h"

#include "events.h"
#include "sound.h"
#include "windows.h"
#include "windowtexts.h"

static u32 last_tick;

static void run_once_a_tick(void)
{
    if (ticks() == last_tick)
        return;
    last_tick = ticks();
    sound_idle();
    for (Window *window = window_top(), *below; window; window = below) {
        below = window->below;
        if (window->app->idle)
            window->app->idle(window);
    }
}

void idle_wait(void)
{
    run_once_a_tick();
    windows_update();
    window_texts_idle();
    event_wait();
}
