#ifndef MOOF_KEYBOARD_H
#define MOOF_KEYBOARD_H

#include "types.h"

/* The Mac Roman character of a key on a US keyboard; 0 for keys that type nothing, such as the modifiers. */
u8 keyboard_character(u8 adb_code, u16 modifiers);

#endif
