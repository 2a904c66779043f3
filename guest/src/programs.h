/* The table of programs, and opening one. */
#ifndef MOOF_PROGRAMS_H
#define MOOF_PROGRAMS_H

#include "apps/apps.h"

const App *program(u8 index);               /* 0 .. APP_COUNT - 1, in the order of AppId */
Window *program_open(const App *app);       /* brings it to the front if it is already open */

#endif
