#include "art_data.h"
#include "controls.h"
#include "programs.h"
static void draw(Window *window) { panel_draw(window); }
const App app_sound = {.id = APP_SOUND, .name = "sound", .icon = &art_icon_sound, .width = 300, .height = 200, .draw = draw};
