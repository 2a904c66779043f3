/* The actions that menu items and their command keys start. */
#ifndef MOOF_ACTIONS_H
#define MOOF_ACTIONS_H

#include "types.h"

enum Action {
    ACTION_NONE,
    ACTION_NEW, ACTION_OPEN, ACTION_CLOSE, ACTION_SAVE, ACTION_SAVE_AS, ACTION_QUIT,
    ACTION_UNDO, ACTION_CUT, ACTION_COPY, ACTION_PASTE, ACTION_CLEAR, ACTION_SELECT_ALL,
    ACTION_CLEAN_UP, ACTION_MOVE_TO_TRASH, ACTION_EMPTY_TRASH, ACTION_RESTART, ACTION_SHUT_DOWN,
    ACTION_PATTERN = 0x40,      /* + number of the desktop pattern */
    ACTION_PROGRAM = 0x80,      /* + index of the program */
};

bool action_enabled(u16 action);
bool action_checked(u16 action);
void action_do(u16 action);

#endif
