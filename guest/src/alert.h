/* Alerts: a sentence and up to three buttons. Call them outside of drawing_begin and drawing_end. */
#ifndef MOOF_ALERT_H
#define MOOF_ALERT_H

#include "dialog.h"

enum { ALERT_TEXT_SIZE = 200 };

/* Labels that are NULL have no button. Return presses ok, or cancel if that is the default. */
typedef struct {
    const char *text;
    const char *ok, *cancel, *other;
    bool cancel_is_default;
} Alert;

enum DialogOutcome alert_run(const Alert *alert);

/* "The document “NAME” could not be VERB because ….", with one button. */
void alert_file_error(const char *name, const char *verb, s32 result);

#endif
