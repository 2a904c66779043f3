#ifndef MOOF_CLIPBOARD_H
#define MOOF_CLIPBOARD_H

#include "types.h"

/* The text of the last cut or copy, here or on the host, which both share. */
void clipboard_put(const char *text, u32 length);
const char *clipboard_text(u32 *length);

#endif
