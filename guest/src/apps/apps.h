/* The programs by number and by name. */
#ifndef MOOF_APPS_H
#define MOOF_APPS_H

#include "windows.h"

/* Their numbers in low memory (FRONT_APP). */
enum AppId {
    APP_NOTES = 1, APP_SKETCH, APP_SOUND, APP_MONITORS, APP_CALCULATOR, APP_TEST_CARD, APP_ABOUT, APP_KEYBOARD, APP_DISK, APP_TRASH,
    APP_COUNT = APP_TRASH,
    APP_COUNT_WITHOUT_DISK = APP_KEYBOARD,
};

extern const App app_notes, app_sketch, app_sound, app_monitors, app_calculator, app_test_card, app_about, app_keyboard, app_disk, app_trash;

/* A document, in the window of its program, which is open; outside of drawing_begin. */
void notes_show(const char *name);
void sketch_show(const char *name);

#endif
