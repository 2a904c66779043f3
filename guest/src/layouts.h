/* The Mac's keyboard layouts. tools/layouts.py generates the data from src/moof/keyboard, in the order of the host. */
#ifndef MOOF_LAYOUTS_H
#define MOOF_LAYOUTS_H

#include "layout_data.h"
#include "types.h"

/* The bits of a level. */
enum { LEVEL_SHIFT = 1, LEVEL_OPTION = 2, LEVEL_CAPS = 4, LEVELS = 8 };

enum { LAYOUT_KEYS = 0x33 };                    /* the ADB codes of the main block: letters, digits, signs, space */

typedef struct {
    const char *title;
    bool iso;                                   /* for keyboards with a key between shift and Z */
    u8 characters[LAYOUT_KEYS][LEVELS];         /* Mac Roman, 0 for none; of a dead key, its accent */
    u8 dead[LAYOUT_KEYS];                       /* a bit for each level */
} KeyboardLayout;

typedef struct { u8 accent, base, composed; } Composition;

extern const KeyboardLayout keyboard_layouts[LAYOUT_COUNT];
extern const Composition compositions[COMPOSITION_COUNT];

#endif
