/* The menu bar: its geometry, the open menu and the chosen item. Points are global. */
#ifndef MOOF_MENUBAR_H
#define MOOF_MENUBAR_H

#include "menudata.h"
#include "windows.h"

enum { NO_MENU = -1, NO_ITEM = -1 };

extern const App app_menu_bar;
extern s8 open_menu, chosen_item;

s8 menu_at(Point where);                /* the menu whose title is there */
s8 menu_item_at(Point where);           /* the open menu's item there, if it is enabled */
bool menu_contains(Point where);        /* whether the open menu contains it */
void menu_show(s8 menu);                /* opens it and closes the open one; NO_MENU only closes */
void menu_choose(s8 item);              /* highlights it */

#endif
