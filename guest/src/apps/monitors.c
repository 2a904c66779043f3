#include "art_data.h"
#include "controls.h"
#include "programs.h"
static void draw(Window *window) { panel_draw(window); }
const App app_monitors = {.id = APP_MONITORS, .name = "monitors", .icon = &art_icon_monitors, .width = 300, .height = 200, .draw = draw};
