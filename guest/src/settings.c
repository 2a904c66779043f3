#include "settings.h"

#include "machine.h"

enum { SIGNATURE_AT = 0x80, VERSION_AT = 0x81, SIGNATURE = 'm', VERSION = 1, DEFAULT_DEPTH = 8, DEFAULT_SIZE = 3, DEFAULT_VOLUME = 5 };

const ScreenSize screen_sizes[SCREEN_SIZES] = {{512, 342}, {640, 480}, {832, 624}, {1024, 768}, {1152, 870}, {1920, 1080}};
const u8 screen_depths[SCREEN_DEPTHS] = {1, 2, 4, 8, 16, 32};

u8 settings_read(enum Setting setting)
{
    return xpram_read(setting);
}

void settings_write(enum Setting setting, u8 value)
{
    xpram_write(setting, value);
}

void settings_start(void)
{
    if (xpram_read(SIGNATURE_AT) == SIGNATURE && xpram_read(VERSION_AT) == VERSION)
        return;
    settings_write(SETTING_DEPTH, DEFAULT_DEPTH);
    settings_write(SETTING_SIZE, DEFAULT_SIZE);
    settings_write(SETTING_VOLUME, DEFAULT_VOLUME);
    settings_write(SETTING_PATTERN, 0);
    settings_write(SETTING_LAYOUT, 0);
    xpram_write(SIGNATURE_AT, SIGNATURE);
    xpram_write(VERSION_AT, VERSION);
}
