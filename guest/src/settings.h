/* The settings in XPRAM, which survive power-off (docs/guest.md has the map). */
#ifndef MOOF_SETTINGS_H
#define MOOF_SETTINGS_H

#include "types.h"

enum Setting { SETTING_DEPTH = 0x82, SETTING_SIZE = 0x83, SETTING_VOLUME = 0x84, SETTING_PATTERN = 0x85, SETTING_LAYOUT = 0x86,
    SETTING_WELCOMED = 0x87 };

typedef struct { u16 width, height; } ScreenSize;

enum { SCREEN_SIZES = 6, SCREEN_DEPTHS = 6, VOLUME_MAX = 7 };
extern const ScreenSize screen_sizes[SCREEN_SIZES];     /* XPRAM and the host number them in this order */
extern const u8 screen_depths[SCREEN_DEPTHS];

void settings_start(void);                              /* writes the defaults if XPRAM has no settings */
u8 settings_read(enum Setting setting);
void settings_write(enum Setting setting, u8 value);

#endif
