#ifndef MOOF_MENUS_H
#define MOOF_MENUS_H

#include "windows.h"

void menus_click(Point where);          /* follows the mouse through the menus and does what is chosen */
bool menus_key(const Event *event);     /* command keys; false when no item has this one */

#endif
