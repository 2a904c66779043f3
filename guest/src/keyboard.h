/* Keys: their modifiers, their layout, and the characters they type. */
#ifndef MOOF_KEYBOARD_H
#define MOOF_KEYBOARD_H

#include "types.h"

/* As in the event record of Inside Macintosh. */
enum Modifier { MOD_COMMAND = 0x0100, MOD_SHIFT = 0x0200, MOD_CAPS = 0x0400, MOD_OPTION = 0x0800, MOD_CONTROL = 0x1000 };

/* Characters of keys that type none, with their values on a Mac. */
enum KeyChar {
    KEY_HOME = 0x01, KEY_ENTER = 0x03, KEY_END = 0x04, KEY_BACKSPACE = 0x08, KEY_TAB = 0x09, KEY_PAGE_UP = 0x0B,
    KEY_PAGE_DOWN = 0x0C, KEY_RETURN = 0x0D, KEY_FUNCTION = 0x10, KEY_ESCAPE = 0x1B,
    KEY_LEFT = 0x1C, KEY_RIGHT, KEY_UP, KEY_DOWN, KEY_DELETE = 0x7F,
};

/* The layouts are numbered as in layouts.h. A change is stored in XPRAM and reported to the host. */
void keyboard_start(void);                      /* the layout in XPRAM */
u8 keyboard_layout(void);
void keyboard_set_layout(u8 number);            /* ignores a number that no layout has */

/* What a key gives in the present layout: a Mac Roman character, 0 for none as from the modifiers; of a dead key, its
 * accent. */
typedef struct { u8 character; bool dead; } KeyOutput;

KeyOutput keyboard_output(u8 adb_code, u16 modifiers);

u8 keyboard_accent(void);                       /* of the dead key that waits for the next one; 0 for none */
u8 keyboard_composed(u8 character);             /* what that accent and a character make; 0 for nothing */
void keyboard_drop_accent(void);

/* The characters that a pressed key types. */
typedef struct { u8 count, characters[2]; } Typed;

Typed keyboard_type(u8 adb_code, u16 modifiers);

#endif
