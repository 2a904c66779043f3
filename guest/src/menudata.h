#ifndef MOOF_MENUDATA_H
#define MOOF_MENUDATA_H

#include "actions.h"

typedef struct {
    const char *text;           /* NULL draws a line */
    u16 action;
    char key;                   /* with command; 0: none */
} MenuItem;

typedef struct {
    const char *title;          /* NULL: the moon */
    const MenuItem *items;
    u8 count;
} Menu;

enum { MENU_COUNT = 5 };
extern const Menu menus[MENU_COUNT];

#endif
