#include "art_data.h"
#include "controls.h"
#include "programs.h"
static void draw(Window *window) { panel_draw(window); }
const App app_notes = {.id = APP_NOTES, .name = "notes", .icon = &art_icon_notes, .width = 300, .height = 200, .draw = draw};
