#include "art_data.h"
#include "controls.h"
#include "programs.h"
static void draw(Window *window) { panel_draw(window); }
const App app_calculator = {.id = APP_CALCULATOR, .name = "calculator", .icon = &art_icon_calculator, .width = 300, .height = 200, .draw = draw};
