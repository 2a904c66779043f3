/* The programs there are, opening and closing them, and what all of them get. */
#ifndef MOOF_PROGRAMS_H
#define MOOF_PROGRAMS_H

#include "windows.h"

/* What low memory calls them (FRONT_APP). */
enum AppId { APP_NOTES = 1, APP_SKETCH, APP_SOUND, APP_MONITORS, APP_CALCULATOR, APP_TEST_CARD, APP_ABOUT, APP_COUNT = APP_ABOUT };

extern const App app_notes, app_sketch, app_sound, app_monitors, app_calculator, app_test_card, app_about;

const App *program(u8 index);               /* 0 .. APP_COUNT - 1, in the order of AppId */
Window *program_open(const App *app);       /* brings it to the front when it is open already */
void programs_idle(void);                   /* once a tick: every open program's idle, then what must be drawn */

#endif
