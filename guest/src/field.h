/* A line of text that is edited in a dialog: its characters and selection. It has no window: the dialog draws it. */
#ifndef MOOF_FIELD_H
#define MOOF_FIELD_H

#include "events.h"
#include "windows.h"

enum { FIELD_SIZE = 32 };               /* with the 0 at its end */

typedef struct {
    char text[FIELD_SIZE];
    u8 length, anchor, caret;
    bool caret_shown;
    u32 blink_at;
} Field;

void field_set(Field *field, const char *text);                         /* and selects all of it */
void field_draw(const Field *field, Rect box);
bool field_key(Field *field, const Event *event);                       /* false if the key is nothing for it */
bool field_idle(Field *field);                                          /* true if the caret must be drawn anew */
void field_click(Window *window, Field *field, Rect box, const Event *event);

#endif
