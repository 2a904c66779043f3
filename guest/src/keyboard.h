/* Keys: their modifiers, and the characters they type. */
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

/* The Mac Roman character of a key on a US keyboard; 0 for keys that type nothing, such as the modifiers. */
u8 keyboard_character(u8 adb_code, u16 modifiers);

#endif
