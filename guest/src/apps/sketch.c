#include "art_data.h"
#include "controls.h"
#include "programs.h"
static void draw(Window *window) { panel_draw(window); }
const App app_sketch = {.id = APP_SKETCH, .name = "sketch", .icon = &art_icon_sketch, .width = 300, .height = 200, .draw = draw};
