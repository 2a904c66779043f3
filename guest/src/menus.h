#ifndef MOOF_MENUS_H
#define MOOF_MENUS_H

#include "windows.h"

void menus_click(Point where);          /* tracks the mouse in the menus and executes the chosen action */
bool menus_key(const Event *event);     /* executes a command key's action; false if no item has the key */

#endif
