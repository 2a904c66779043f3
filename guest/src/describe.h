/* The screen's texts, for people who have them read out: while the host asks for them, the windows describe themselves.
 *
 * A window is described by its own draw function, called with an empty clip while `describing` is set: texts, buttons and
 * fields are then kept in place of being drawn. Nothing else needs to know what a window shows. */
#ifndef MOOF_DESCRIBE_H
#define MOOF_DESCRIBE_H

#include "types.h"

/* docs/guest.md has the format. */
enum PartKind {
    PART_MENU = 'm', PART_ITEM = 'i', PART_DIALOG = 'd', PART_WINDOW = 'w', PART_DESKTOP = 'k',
    PART_TEXT = 't', PART_OPTION = 'o', PART_BUTTON = 'b', PART_RADIO = 'r', PART_FIELD = 'f',
};
enum PartState { PART_DISABLED = 1, PART_CHECKED = 2, PART_ACTIVE = 4 };

extern bool describing;

void describe_start(void);
void describe_want(bool wanted);            /* what the host asks for; called in interrupts, too */
bool describe_due(void);                    /* the host asks for it, and something was drawn since the last time */
void describe_begin(void);
void describe_end(void);                    /* reports the parts since describe_begin */

void describe_part(enum PartKind kind, u8 state, const char *text, u32 length);
void describe_string(enum PartKind kind, u8 state, const char *text);

#endif
