/* Modal dialogs: a window above all others, which alone takes input until it is closed. */
#ifndef MOOF_DIALOG_H
#define MOOF_DIALOG_H

#include "windows.h"

enum DialogOutcome { DIALOG_CANCEL, DIALOG_OK, DIALOG_OTHER, DIALOG_OPEN };

/* Opens the program's window (of its width and height, with a dialog's frame, where dialogs stand) and passes events to it
 * until one of its functions calls dialog_end. Returns what that was given; dialogs may open further ones. Call it outside
 * of drawing_begin and drawing_end. */
enum DialogOutcome dialog_run(const App *app);
void dialog_end(enum DialogOutcome outcome);

void dialog_draw(Window *window);                                       /* the frame and the background */

enum { BUTTON_HEIGHT = 20 };
/* The button that return presses has a ring around it. */
void default_button_draw(Rect box, const char *label, bool enabled);
void plain_button_draw(Rect box, const char *label, bool enabled);
void button_flash(Window *window, Rect box, const char *label);         /* pressed by a key */
bool key_confirms(const Event *event);                                  /* return and enter */
bool key_cancels(const Event *event);                                   /* escape and command-period */

/* Draws a text in lines between words; returns the y below it. */
s16 paragraph_draw(const Font *font, Rect box, const char *text, Colour colour);

#endif
