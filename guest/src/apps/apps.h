/* The programs by number and by name. */
#ifndef MOOF_APPS_H
#define MOOF_APPS_H

#include "windows.h"

/* Their numbers in low memory (FRONT_APP). */
enum AppId {
    APP_NOTES = 1, APP_SKETCH, APP_SOUND, APP_MONITORS, APP_CALCULATOR, APP_TEST_CARD, APP_ABOUT, APP_KEYBOARD,
    APP_COUNT = APP_KEYBOARD,
};

extern const App app_notes, app_sketch, app_sound, app_monitors, app_calculator, app_test_card, app_about, app_keyboard;

void notes_show(const char *name);                  /* a document, in the window of Notes, which is open */

#endif
