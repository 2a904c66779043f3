/* The desktop under all windows: its pattern and the programs' icons. */
#ifndef MOOF_DESKTOP_H
#define MOOF_DESKTOP_H

#include "windows.h"

extern const App app_desktop;

void desktop_click(const Event *event);
void desktop_key(const Event *event);           /* arrows choose icons, return opens */
void desktop_disk_found(void);                  /* shows the disk and the Trash, too */
bool desktop_has_selection(void);
void desktop_open_selection(void);
void desktop_clean_up(void);
u8 desktop_pattern(void);
void desktop_set_pattern(u8 number);
void desktop_close_window(Window *window);      /* unless its program asks and the user wants it to stay open */
void desktop_power_off(bool restart);           /* likewise of all windows */

#endif
