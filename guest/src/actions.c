#include "actions.h"

#include "cursor.h"
#include "desktop.h"
#include "files.h"
#include "machine.h"
#include "programs.h"

static bool edit_command(u16 action, enum Command *command)
{
    static const struct { u16 action; u16 command; } table[] = {
        {ACTION_NEW, COMMAND_NEW}, {ACTION_OPEN, COMMAND_OPEN}, {ACTION_SAVE, COMMAND_SAVE}, {ACTION_SAVE_AS, COMMAND_SAVE_AS}, {ACTION_MOVE_TO_TRASH, COMMAND_MOVE_TO_TRASH}, {ACTION_UNDO, COMMAND_UNDO}, {ACTION_CUT, COMMAND_CUT}, {ACTION_COPY, COMMAND_COPY}, {ACTION_PASTE, COMMAND_PASTE},
        {ACTION_CLEAR, COMMAND_CLEAR}, {ACTION_SELECT_ALL, COMMAND_SELECT_ALL},
    };
    for (u16 i = 0; i < COUNT_OF(table); i++) {
        if (table[i].action == action) {
            *command = table[i].command;
            return true;
        }
    }
    return false;
}

bool action_enabled(u16 action)
{
    enum Command command;
    Window *window = window_active();
    if (action == ACTION_OPEN && !window)
        return desktop_has_selection();
    if (edit_command(action, &command))
        return window && window->app->can && window->app->can(window, command);
    if (action == ACTION_CLOSE || action == ACTION_QUIT)
        return window != NULL;
    if (action == ACTION_EMPTY_TRASH)
        return files_have_disk();
    return action != ACTION_NONE;
}

bool action_checked(u16 action)
{
    return action >= ACTION_PATTERN && action < ACTION_PROGRAM && action - ACTION_PATTERN == desktop_pattern();
}

/* The actions that may ask something: a dialog is drawn in pieces, between which the cursor is shown. True if it is one. */
static bool do_asking(u16 action)
{
    enum Command command;
    Window *window = window_active();
    if (action == ACTION_CLOSE || action == ACTION_QUIT)
        desktop_close_window(window);
    else if (action == ACTION_RESTART || action == ACTION_SHUT_DOWN)
        desktop_power_off(action == ACTION_RESTART);
    else if (action == ACTION_EMPTY_TRASH)
        program_open(&app_trash);
    else if (action == ACTION_OPEN && !window)
        desktop_open_selection();
    else if (window && edit_command(action, &command) && command >= COMMAND_NEW)
        window->app->command(window, command);
    else
        return false;
    return true;
}

void action_do(u16 action)
{
    enum Command command;
    Window *window = window_active();
    if (!action_enabled(action) || do_asking(action))
        return;
    drawing_begin();
    if (action >= ACTION_PROGRAM)
        program_open(program((u8)(action - ACTION_PROGRAM)));
    else if (action >= ACTION_PATTERN)
        desktop_set_pattern((u8)(action - ACTION_PATTERN));
    else if (edit_command(action, &command))
        window->app->command(window, command);
    else if (action == ACTION_CLEAN_UP)
        desktop_clean_up();
    windows_update();
    drawing_end();
}
