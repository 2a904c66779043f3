/* Draws the menu bar and the open menu, and keeps which menu is open. */
#include "menubar.h"

#include "art_data.h"
#include "cursor.h"
#include "describe.h"
#include "lowmem.h"
#include "text.h"
#include "theme.h"

enum { ITEM_HEIGHT = 18, LINE_HEIGHT = 9, TITLES_LEFT = 12, TITLE_PADDING = 9, MARK_WIDTH = 20, KEY_WIDTH = 44 };

static const Font *const font = &font_sans_bold_12;

s8 open_menu, chosen_item;
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

s8 menu_at(Point where)
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

bool menu_contains(Point where)
{
    return popup && rect_contains(popup->frame, where);
}

s8 menu_item_at(Point where)
{
    if (!popup)
        return NO_ITEM;
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

static void describe_item(const MenuItem *item)
{
    char text[64];
    u8 state = (u8)((action_enabled(item->action) ? 0 : PART_DISABLED) | (action_checked(item->action) ? PART_CHECKED : 0));
    char *end = text_add(text, item->text);
    if (item->key) {
        end = text_add_char(end, '\t');
        text_add_char(end, (char)(item->key - 'a' + 'A'));
    }
    describe_string(PART_ITEM, state, text);
}

static void describe_menus(void)
{
    for (u8 menu = 0; menu < MENU_COUNT; menu++) {
        const Menu *m = &menus[menu];
        describe_string(PART_MENU, open_menu == menu ? PART_ACTIVE : 0, m->title ? m->title : "Moof");
        for (u8 item = 0; item < m->count; item++)
            if (m->items[item].text)
                describe_item(&m->items[item]);
    }
}

static void draw_bar(Window *window)
{
    if (describing) {
        describe_menus();
        return;
    }
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

/* ---- opening and choosing ---- */

void menu_show(s8 menu)
{
    if (menu == open_menu)
        return;
    drawing_begin();
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
    drawing_end();
}

void menu_choose(s8 item)
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
