#include "desktop.h"

#include "art_data.h"
#include "cursor.h"
#include "describe.h"
#include "files.h"
#include "lowmem.h"
#include "machine.h"
#include "programs.h"
#include "settings.h"
#include "text.h"
#include "theme.h"
#include "track.h"
#include "trash.h"

enum {
    CELL_WIDTH = 76, CELL_HEIGHT = 62, ICON = 32, ICON_TOP = 4, LABEL_TOP = 40, LABEL_HEIGHT = 13,
    NONE = -1,
    DRAG_THRESHOLD = 3,         /* pixels, below which a click does not move an icon */
};

typedef struct { Pattern pattern; Colour ones, zeros; } DesktopPattern;

/* The first is a one-bit dither at every depth, which is the most difficult content for a video codec. */
static const DesktopPattern patterns[] = {
    {{{0xAA, 0x55, 0xAA, 0x55, 0xAA, 0x55, 0xAA, 0x55}}, BLACK, WHITE},
    {{{0xF8, 0x74, 0x22, 0x47, 0x8F, 0x17, 0x22, 0x71}}, RGB(119, 119, 153), RGB(170, 170, 204)},
    {{{0xFF, 0x80, 0x80, 0x80, 0xFF, 0x08, 0x08, 0x08}}, RGB(204, 153, 119), RGB(170, 85, 68)},
    {{{0x00, 0x08, 0x14, 0x00, 0x00, 0x80, 0x41, 0x00}}, RGB(187, 221, 102), RGB(102, 170, 85)},
    {{{0x00, 0x20, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00}}, RGB(204, 221, 255), RGB(34, 34, 85)},
};

static Point places[APP_COUNT];         /* top left of each icon's cell, local */
static s8 selected;
static u8 pattern;
static Window *desktop;
static struct { s8 icon; u32 when; } last_click;

/* ---- icons ---- */

static u8 icon_count(void)
{
    return files_have_disk() ? APP_COUNT : APP_COUNT_WITHOUT_DISK;
}

static Rect cell(u8 icon)
{
    return rect_sized(places[icon].x, places[icon].y, CELL_WIDTH, CELL_HEIGHT);
}

static Rect picture_box(u8 icon)
{
    return rect_sized((s16)(places[icon].x + (CELL_WIDTH - ICON) / 2), (s16)(places[icon].y + ICON_TOP), ICON, ICON);
}

static Rect label_box(u8 icon)
{
    s16 width = (s16)(string_width(&font_sans_10, program(icon)->name) + 6);
    return rect_sized((s16)(places[icon].x + (CELL_WIDTH - width) / 2), (s16)(places[icon].y + LABEL_TOP), width, LABEL_HEIGHT);
}

static s8 icon_at(Point local)
{
    for (s8 icon = (s8)(icon_count() - 1); icon >= 0; icon--)
        if (rect_contains(picture_box((u8)icon), local) || rect_contains(label_box((u8)icon), local))
            return icon;
    return NONE;
}

static void draw_icon(u8 icon)
{
    Rect picture = picture_box(icon);
    Rect label = label_box(icon);
    bool is_selected = selected == icon;
    if (describing) {
        describe_string(PART_OPTION, is_selected ? PART_ACTIVE : 0, program(icon)->name);
        return;
    }
    draw_art(picture.left, picture.top, icon == APP_TRASH - 1 && trash_is_full() ? &art_icon_trash_full : program(icon)->icon);
    if (is_selected)
        draw_frame(rect_inset(picture, -3, -3), THEME_HILITE);
    draw_fill(label, is_selected ? THEME_HILITE : WHITE);
    draw_string_centred(&font_sans_10, label, program(icon)->name, is_selected ? WHITE : THEME_INK);
}

static void select_icon(s8 icon)
{
    if (icon == selected)
        return;
    if (selected != NONE)
        window_invalidate(desktop, rect_inset(cell((u8)selected), -2, -2));
    selected = icon;
    if (icon != NONE)
        window_invalidate(desktop, rect_inset(cell((u8)icon), -2, -2));
    windows_update();
}

static Point cell_place(s16 column, s16 row)
{
    return (Point){(s16)(screen.width - (column + 1) * CELL_WIDTH - 6), (s16)(MENU_BAR_HEIGHT + 12 + row * CELL_HEIGHT)};
}

/* Places the icons in columns from the upper right, as many in a column as fit on the screen; the disk is the first one, the
 * Trash in the lower right corner. */
static void arrange(void)
{
    s16 rows = (s16)((screen.height - MENU_BAR_HEIGHT - 12) / CELL_HEIGHT);
    s16 place = 0;
    if (files_have_disk()) {
        places[APP_DISK - 1] = cell_place(0, place++);
        places[APP_TRASH - 1] = cell_place(0, (s16)(rows - 1));
    }
    for (u8 icon = 0; icon < APP_COUNT_WITHOUT_DISK; icon++, place++) {
        if (files_have_disk() && place == rows - 1)
            place++;
        places[icon] = cell_place((s16)(place / rows), (s16)(place % rows));
    }
    if (files_have_disk())
        trash_place(desktop, cell(APP_TRASH - 1));
}

static void place_icon(u8 icon, Point place)
{
    drawing_begin();
    window_invalidate(desktop, rect_inset(cell(icon), -2, -2));
    places[icon] = place;
    window_invalidate(desktop, rect_inset(cell(icon), -2, -2));
    if (icon == APP_TRASH - 1)
        trash_place(desktop, cell(icon));
    windows_update();
    drawing_end();
}

static void drag_icon(u8 icon, Point start)
{
    Point place = places[icon];
    Point where = start;
    bool moving = false;
    enum TrackStep step;
    do {
        step = track_mouse(&where);
        s16 dx = (s16)(where.x - start.x);
        s16 dy = (s16)(where.y - start.y);
        moving |= dx > DRAG_THRESHOLD || dx < -DRAG_THRESHOLD || dy > DRAG_THRESHOLD || dy < -DRAG_THRESHOLD;
        if (moving && step != TRACK_TICK)
            place_icon(icon, (Point){(s16)(place.x + dx), (s16)(place.y + dy)});
    } while (step != TRACK_UP);
}

/* ---- the program ---- */

static void open_desktop(Window *window)
{
    desktop = window;
    selected = NONE;
    last_click.icon = NONE;
    pattern = settings_read(SETTING_PATTERN);
    if (pattern >= COUNT_OF(patterns))
        pattern = 0;
    arrange();
}

static void draw_desktop(Window *window)
{
    const DesktopPattern *p = &patterns[pattern];
    draw_pattern(window_bounds(window), &p->pattern, p->ones, p->zeros);
    for (u8 icon = 0; icon < icon_count(); icon++)
        if (describing || port_shows(rect_inset(cell(icon), -CELL_WIDTH / 2, -2)))     /* a label may be wider than its cell */
            draw_icon(icon);
}

static void resized_desktop(Window *window)
{
    (void)window;
    arrange();
}

const App app_desktop = {.name = "Desktop", .open = open_desktop, .draw = draw_desktop, .resized = resized_desktop};

void desktop_click(const Event *event)
{
    s8 icon = icon_at(window_local(desktop, event->where));
    select_icon(icon);
    if (icon == NONE)
        return;
    if (last_click.icon == icon && event->when - last_click.when < DOUBLE_TIME) {
        last_click.icon = NONE;
        program_open(program((u8)icon));
        return;
    }
    last_click.icon = icon;
    last_click.when = event->when;
    drag_icon((u8)icon, event->where);
}

void desktop_key(const Event *event)
{
    switch (event->character) {
    case KEY_DOWN:
    case KEY_RIGHT:
        select_icon(selected == icon_count() - 1 ? 0 : (s8)(selected + 1));
        break;
    case KEY_UP:
    case KEY_LEFT:
        select_icon(selected <= 0 ? (s8)(icon_count() - 1) : (s8)(selected - 1));
        break;
    case KEY_RETURN:
    case KEY_ENTER:
        desktop_open_selection();
    }
}

void desktop_disk_found(void)
{
    desktop_clean_up();
    windows_update();
}

bool desktop_has_selection(void) { return selected != NONE; }

void desktop_open_selection(void)
{
    if (selected != NONE)
        program_open(program((u8)selected));
}

void desktop_clean_up(void)
{
    arrange();
    window_invalidate_all(desktop);
}

u8 desktop_pattern(void) { return pattern; }

void desktop_set_pattern(u8 number)
{
    pattern = number;
    settings_write(SETTING_PATTERN, number);
    window_invalidate_all(desktop);
}

void desktop_close_window(Window *window)
{
    if (!window_may_close(window))
        return;
    drawing_begin();
    window_close(window);
    windows_update();
    drawing_end();
}

/* Asks each program, its window in front; false if one stays open. */
static bool all_may_close(void)
{
    for (u8 i = 0; i < icon_count(); i++) {
        Window *window = window_of(program(i));
        if (!window || !window->app->may_close)
            continue;
        program_open(program(i));
        if (!window_may_close(window))
            return false;
    }
    return true;
}

void desktop_power_off(bool restart)
{
    Region whole;
    if (!all_may_close())
        return;
    region_set(&whole, screen_rect());
    drawing_begin();
    port_set((Point){0, 0}, &whole);
    draw_fill(screen_rect(), THEME_INK);
    draw_string_centred(&font_sans_bold_12, screen_rect(), restart ? "Restarting" ELLIPSIS : "It is now safe to close the tab.", WHITE);
    drawing_end();
    power(restart);
}
