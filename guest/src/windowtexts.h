/* The texts of all windows, for people who have them read out: menus first, then the windows from front to back. */
#ifndef MOOF_WINDOWTEXTS_H
#define MOOF_WINDOWTEXTS_H

void window_texts_idle(void);               /* describes what was drawn since the last time; outside of drawing_begin */

#endif
