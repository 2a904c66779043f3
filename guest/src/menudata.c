/* The menus' texts and keys. */
#include "menudata.h"

#include "apps/apps.h"
#include "text.h"

#define OPEN(id) (ACTION_PROGRAM + (id) - 1)

static const MenuItem moof_items[] = {
    {"About Moof" ELLIPSIS, OPEN(APP_ABOUT), 0},
    {NULL, ACTION_NONE, 0},
    {"Calculator", OPEN(APP_CALCULATOR), 0},
    {"Keyboard", OPEN(APP_KEYBOARD), 0},
    {"Monitors", OPEN(APP_MONITORS), 0},
    {"Notes", OPEN(APP_NOTES), 0},
    {"Sketch", OPEN(APP_SKETCH), 0},
    {"Sound", OPEN(APP_SOUND), 0},
    {"Test Card", OPEN(APP_TEST_CARD), 't'},
};

static const MenuItem file_items[] = {
    {"New", ACTION_NEW, 'n'},
    {"Open" ELLIPSIS, ACTION_OPEN, 'o'},
    {NULL, ACTION_NONE, 0},
    {"Close", ACTION_CLOSE, 'w'},
    {"Save", ACTION_SAVE, 's'},
    {"Save As" ELLIPSIS, ACTION_SAVE_AS, 0},
    {NULL, ACTION_NONE, 0},
    {"Quit", ACTION_QUIT, 'q'},
};

static const MenuItem edit_items[] = {
    {"Undo", ACTION_UNDO, 'z'},
    {NULL, ACTION_NONE, 0},
    {"Cut", ACTION_CUT, 'x'},
    {"Copy", ACTION_COPY, 'c'},
    {"Paste", ACTION_PASTE, 'v'},
    {"Clear", ACTION_CLEAR, 0},
    {NULL, ACTION_NONE, 0},
    {"Select All", ACTION_SELECT_ALL, 'a'},
};

static const MenuItem view_items[] = {
    {"Clean Up Icons", ACTION_CLEAN_UP, 0},
    {NULL, ACTION_NONE, 0},
    {"Grey", ACTION_PATTERN, 0},
    {"Woven", ACTION_PATTERN + 1, 0},
    {"Bricks", ACTION_PATTERN + 2, 0},
    {"Meadow", ACTION_PATTERN + 3, 0},
    {"Night", ACTION_PATTERN + 4, 0},
};

static const MenuItem special_items[] = {
    {"Move to Trash", ACTION_MOVE_TO_TRASH, 0},
    {"Empty Trash" ELLIPSIS, ACTION_EMPTY_TRASH, 0},
    {NULL, ACTION_NONE, 0},
    {"Restart", ACTION_RESTART, 0},
    {"Shut Down", ACTION_SHUT_DOWN, 0},
};

const Menu menus[MENU_COUNT] = {
    {NULL, moof_items, COUNT_OF(moof_items)},
    {"File", file_items, COUNT_OF(file_items)},
    {"Edit", edit_items, COUNT_OF(edit_items)},
    {"View", view_items, COUNT_OF(view_items)},
    {"Special", special_items, COUNT_OF(special_items)},
};
