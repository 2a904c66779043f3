#include "art_data.h"
#include "controls.h"
#include "programs.h"
static void draw(Window *window) { panel_draw(window); }
const App app_about = {.id = APP_ABOUT, .name = "about", .icon = &art_icon_about, .width = 300, .height = 200, .draw = draw};
