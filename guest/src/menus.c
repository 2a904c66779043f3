/* The menu bar and the menus that drop from it. A menu can be pulled down and let go, or clicked open and clicked again. */
#include "menus.h"

#include "art_data.h"
#include "lowmem.h"
#include "machine.h"
#include "menudata.h"
#include "programs.h"
#include "text.h"
#include "theme.h"
#include "track.h"

enum {
    ITEM_HEIGHT = 18, LINE_HEIGHT = 9, TITLES_LEFT = 12, TITLE_PADDING = 9, MARK_WIDTH = 20, KEY_WIDTH = 44,
    NO_MENU = -1, NO_ITEM = -1,
    CLICK_TICKS = 18,           /* let go sooner, and the menu stays open */
    BLINKS = 3,
};

static const Font *const font = &font_sans_bold_12;

static s8 open_menu, chosen_item;
static Window *bar, *popup;
static u32 shown_minute;

/* ---- geometry, global ---- */

static s16 title_width(u8 menu)
{
    s16 width = menus[menu].title ? string_width(font, menus[menu].title) : art_moon.width;
    return (s16)(width + 2 * TITLE_PADDING);
}

static Rect title_box(u8 menu)
{
    s16 left = TITLES_LEFT;
    for (u8 i = 0; i < menu; i++)
        left = (s16)(left + title_width(i));
    return rect_sized(left, 0, title_width(menu), MENU_BAR_HEIGHT - 1);
}

static s8 menu_at(Point where)
{
    for (u8 menu = 0; menu < MENU_COUNT; menu++)
        if (rect_contains(title_box(menu), where))
            return (s8)menu;
    return NO_MENU;
}

static s16 item_height(const MenuItem *item)
{
    return item->text ? ITEM_HEIGHT : LINE_HEIGHT;
}

static Rect menu_box(u8 menu)
{
    const Menu *m = &menus[menu];
    Rect title = title_box(menu);
    s16 width = 0, height = 4;
    bool keys = false;
    for (u8 i = 0; i < m->count; i++) {
        s16 text = m->items[i].text ? string_width(font, m->items[i].text) : 0;
        width = text > width ? text : width;
        height = (s16)(height + item_height(&m->items[i]));
        keys |= m->items[i].key != 0;
    }
    width = (s16)(width + MARK_WIDTH + (keys ? KEY_WIDTH : MARK_WIDTH));
    return rect_sized(title.left, MENU_BAR_HEIGHT - 1, width, height);
}

/* In the popup's local coordinates. */
static Rect item_box(const Menu *menu, u8 item)
{
    s16 top = 2;
    for (u8 i = 0; i < item; i++)
        top = (s16)(top + item_height(&menu->items[i]));
    return rect(1, top, (s16)(rect_width(popup->frame) - 2), (s16)(top + item_height(&menu->items[item])));
}

static s8 item_at(Point where)
{
    const Menu *menu = &menus[open_menu];
    Point local = window_local(popup, where);
    for (u8 item = 0; item < menu->count; item++)
        if (rect_contains(item_box(menu, item), local) && action_enabled(menu->items[item].action))
            return (s8)item;
    return NO_ITEM;
}

/* ---- drawing ---- */

static void draw_clock(Rect bounds)
{
    char text[12];
    u32 minute = TIME / 60;
    u32 hour = minute / 60 % 24;
    char *end = text_add_number(text, (s32)(hour % 12 ? hour % 12 : 12));
    end = text_add_char(end, ':');
    end = text_add_padded(end, minute % 60, 2);
    text_add(end, hour < 12 ? " AM" : " PM");
    draw_string(font, (s16)(bounds.right - 14 - string_width(font, text)), 14, text, THEME_INK);
    shown_minute = minute;
}

static void draw_title(u8 menu)
{
    Rect box = title_box(menu);
    bool open = open_menu == menu;
    if (open)
        draw_fill(rect((s16)box.left, 1, box.right, box.bottom), THEME_HILITE);
    if (menus[menu].title)
        draw_string(font, (s16)(box.left + TITLE_PADDING), 14, menus[menu].title, open ? WHITE : THEME_INK);
    else if (open)
        draw_art_in((s16)(box.left + TITLE_PADDING), 2, &art_moon, WHITE);
    else
        draw_art((s16)(box.left + TITLE_PADDING), 2, &art_moon);
}

static void draw_bar(Window *window)
{
    Rect bounds = window_bounds(window);
    draw_fill(rect(0, 0, bounds.right, (s16)(bounds.bottom - 1)), WHITE);
    draw_fill(rect(0, (s16)(bounds.bottom - 1), bounds.right, bounds.bottom), THEME_INK);
    for (u8 menu = 0; menu < MENU_COUNT; menu++)
        draw_title(menu);
    draw_clock(bounds);
}

static void draw_item(const Menu *menu, u8 index)
{
    const MenuItem *item = &menu->items[index];
    Rect box = item_box(menu, index);
    bool chosen = chosen_item == index;
    Colour ink = chosen ? WHITE : action_enabled(item->action) ? THEME_INK : THEME_INK_DIM;
    s16 baseline = (s16)(box.top + 13);
    draw_fill(box, chosen ? THEME_HILITE : WHITE);
    if (!item->text) {
        draw_pattern(rect(box.left, (s16)(box.top + 4), box.right, (s16)(box.top + 5)), &pattern_grey, THEME_INK, WHITE);
        return;
    }
    if (action_checked(item->action))
        draw_art_in((s16)(box.left + 5), (s16)(box.top + 5), &art_check, ink);
    draw_string(font, MARK_WIDTH, baseline, item->text, ink);
    if (item->key) {
        char key[2] = {(char)(item->key - 'a' + 'A'), 0};
        draw_art_in((s16)(box.right - 32), (s16)(box.top + 5), &art_command, ink);
        draw_string(font, (s16)(box.right - 20), baseline, key, ink);
    }
}

static void draw_popup(Window *window)
{
    Rect bounds = window_bounds(window);
    const Menu *menu = &menus[open_menu];
    Rect card = rect(0, 0, (s16)(bounds.right - 1), (s16)(bounds.bottom - 1));
    draw_fill(rect(1, 1, (s16)(card.right - 1), (s16)(card.bottom - 1)), WHITE);
    draw_frame(card, THEME_INK);
    draw_fill(rect(3, card.bottom, bounds.right, bounds.bottom), THEME_INK);
    draw_fill(rect(card.right, 3, bounds.right, bounds.bottom), THEME_INK);
    for (u8 item = 0; item < menu->count; item++)
        draw_item(menu, item);
}

static const App app_popup = {.name = "menu", .draw = draw_popup};

static void idle_bar(Window *window)
{
    if (TIME / 60 != shown_minute)
        window_invalidate(window, rect((s16)(screen.width - 120), 0, (s16)screen.width, MENU_BAR_HEIGHT));
}

static void open_bar(Window *window)
{
    bar = window;
    popup = NULL;
    open_menu = NO_MENU;
}

const App app_menu_bar = {.name = "menu bar", .open = open_bar, .draw = draw_bar, .idle = idle_bar};

/* ---- following the mouse ---- */

static void show_menu(s8 menu)
{
    if (menu == open_menu)
        return;
    screen_begin();
    if (popup)
        window_close(popup);
    popup = NULL;
    open_menu = menu;
    chosen_item = NO_ITEM;
    if (menu != NO_MENU) {
        Rect box = menu_box((u8)menu);
        popup = window_open(&app_popup, WINDOW_LAYER, rect(box.left, box.top, (s16)(box.right + 1), (s16)(box.bottom + 1)));
    }
    window_invalidate_all(bar);
    windows_update();
    screen_end();
}

static void choose_item(s8 item)
{
    s8 before = chosen_item;
    if (item == before)
        return;
    chosen_item = item;
    window_draw_begin(popup);
    if (before != NO_ITEM)
        draw_item(&menus[open_menu], (u8)before);
    if (item != NO_ITEM)
        draw_item(&menus[open_menu], (u8)item);
    window_draw_end();
}

static void follow(Point where)
{
    s8 menu = menu_at(where);
    if (menu != NO_MENU)
        show_menu(menu);
    choose_item(popup ? item_at(where) : NO_ITEM);
}

static void wait_ticks(u32 count)
{
    u32 start = ticks();
    while (ticks() - start < count) {
        programs_idle();
        event_wait();
    }
}

/* The chosen item blinks, so that one sees what one has done. */
static void blink(void)
{
    s8 item = chosen_item;
    for (u8 i = 0; i < BLINKS; i++) {
        choose_item(NO_ITEM);
        wait_ticks(2);
        choose_item(item);
        wait_ticks(2);
    }
}

enum Outcome { KEEP_OPEN, DISMISS, CHOOSE };

static enum Outcome outcome_of_press(Point where)
{
    if (menu_at(where) != NO_MENU)
        return menu_at(where) == open_menu ? DISMISS : KEEP_OPEN;
    return rect_contains(popup->frame, where) ? KEEP_OPEN : DISMISS;
}

/* A release on a title soon after the press was a click: the menu stays open for the next one. */
static enum Outcome outcome_of_release(const Event *event, u32 pressed)
{
    if (menu_at(event->where) != NO_MENU)
        return event->when - pressed <= CLICK_TICKS ? KEEP_OPEN : DISMISS;
    return chosen_item != NO_ITEM ? CHOOSE : DISMISS;
}

static enum Outcome outcome(const Event *event, u32 *pressed)
{
    switch (event->kind) {
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
        programs_idle();
        event_wait();
    }
}

static u16 choose_action(Point where)
{
    u32 pressed = ticks();
    enum Outcome result;
    Event event;
    u16 action = ACTION_NONE;
    show_menu(menu_at(where));
    do {
        wait_for_event(&event);
        result = outcome(&event, &pressed);
    } while (result == KEEP_OPEN);
    if (result == CHOOSE) {
        action = menus[open_menu].items[chosen_item].action;
        blink();
    }
    show_menu(NO_MENU);
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
