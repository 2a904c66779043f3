/* Tracks the menus. A menu is used by press, drag and release, or by two clicks. */
#include "menus.h"

#include "lowmem.h"
#include "menubar.h"
#include "idle.h"

enum {
    CLICK_TICKS = 18,           /* after a shorter press the menu stays open */
    BLINKS = 3,
};

/* ---- tracking the mouse ---- */

static void follow(Point where)
{
    s8 menu = menu_at(where);
    if (menu != NO_MENU)
        menu_show(menu);
    menu_choose(menu_item_at(where));
}

static void wait_ticks(u32 count)
{
    u32 start = ticks();
    while (ticks() - start < count) {
        idle_wait();
    }
}

/* The chosen item blinks to confirm the choice. */
static void blink(void)
{
    s8 item = chosen_item;
    for (u8 i = 0; i < BLINKS; i++) {
        menu_choose(NO_ITEM);
        wait_ticks(2);
        menu_choose(item);
        wait_ticks(2);
    }
}

enum Outcome { KEEP_OPEN, DISMISS, CHOOSE };

static enum Outcome outcome_of_press(Point where)
{
    if (menu_at(where) != NO_MENU)
        return menu_at(where) == open_menu ? DISMISS : KEEP_OPEN;
    return menu_contains(where) ? KEEP_OPEN : DISMISS;
}

/* A release on a title soon after the press is a click: the menu stays open for the second click. */
static enum Outcome outcome_of_release(const Event *event, u32 pressed)
{
    if (menu_at(event->where) != NO_MENU)
        return event->when - pressed <= CLICK_TICKS ? KEEP_OPEN : DISMISS;
    return chosen_item != NO_ITEM ? CHOOSE : DISMISS;
}

static enum Outcome outcome(const Event *event, u32 *pressed)
{
    switch (event->kind) {
    case EVENT_WHEEL:
        return KEEP_OPEN;
    case EVENT_KEY:
        return event->character == KEY_ESCAPE ? DISMISS : KEEP_OPEN;
    case EVENT_MOUSE_DOWN:
        *pressed = event->when;
        if (outcome_of_press(event->where) == DISMISS)
            return DISMISS;
        break;
    }
    follow(event->where);
    return event->kind == EVENT_MOUSE_UP ? outcome_of_release(event, *pressed) : KEEP_OPEN;
}

static void wait_for_event(Event *event)
{
    while (!event_take(EVENTS_ALL, event)) {
        idle_wait();
    }
}

static u16 choose_action(Point where)
{
    u32 pressed = ticks();
    enum Outcome result;
    Event event;
    u16 action = ACTION_NONE;
    menu_show(menu_at(where));
    do {
        wait_for_event(&event);
        result = outcome(&event, &pressed);
    } while (result == KEEP_OPEN);
    if (result == CHOOSE) {
        action = menus[open_menu].items[chosen_item].action;
        blink();
    }
    menu_show(NO_MENU);
    return action;
}

void menus_click(Point where)
{
    if (menu_at(where) == NO_MENU)
        return;
    MENU_TRACKING = 1;
    u16 action = choose_action(where);
    MENU_TRACKING = 0;
    action_do(action);
}

/* ---- keys ---- */

static u16 action_of_key(char key, s8 *menu)
{
    for (u8 m = 0; m < MENU_COUNT; m++)
        for (u8 i = 0; i < menus[m].count; i++)
            if (menus[m].items[i].key && menus[m].items[i].key == key) {
                *menu = (s8)m;
                return menus[m].items[i].action;
            }
    return ACTION_NONE;
}

bool menus_key(const Event *event)
{
    s8 menu;
    char key = (char)event->character;
    u16 action = action_of_key(key >= 'A' && key <= 'Z' ? (char)(key + 32) : key, &menu);
    if (!(event->modifiers & MOD_COMMAND) || action == ACTION_NONE)
        return false;
    action_do(action);
    return true;
}
