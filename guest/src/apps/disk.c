/* The disk's window: its documents by name, to open, rename and throw away. And the Trash. */
#include "apps.h"
#include "alert.h"
#include "art_data.h"
#include "cursor.h"
#include "dialog.h"
#include "field.h"
#include "filelist.h"
#include "lowmem.h"
#include "memory.h"
#include "opening.h"
#include "text.h"
#include "theme.h"
#include "track.h"
#include "trash.h"

enum {
    INFO_HEIGHT = 22, DRAG_THRESHOLD = 4, REFRESH_TICKS = 120,
    NAME_LEFT = 23, NAME_WIDTH = 220, ICON = 16,
};

static FileList list;
static DiskSpace space;
static Window *window;                  /* NULL while closed */
static s32 problem;                     /* what the disk answered last */
static u32 refresh_at;
static bool refreshing;
static bool renaming;
static Field field;
static char renamed[FILE_NAME_SIZE];    /* the document whose name the field has */
static struct { s16 row; u32 when; } last_click;

/* ---- layout, local ---- */

static Rect list_box(void)
{
    Rect bounds = window_bounds(window);
    return rect(-1, INFO_HEIGHT - 1, (s16)(bounds.right + 1), (s16)(bounds.bottom + 1));
}

/* The scroll bar ends above the box by which the window is resized. */
static Rect name_box(void)
{
    Rect row = file_list_row(&list, list_box(), list.selected);
    return rect_sized((s16)(row.left + NAME_LEFT), row.top, NAME_WIDTH, LIST_ROW);
}

/* ---- drawing ---- */

static char *space_text_add(char *end, u32 kilobytes)
{
    u32 megabytes = kilobytes / 1024;
    if (megabytes >= 1024)
        return text_add(text_add_number(end, (s32)(megabytes / 1024)), " GB");
    return megabytes ? text_add(text_add_number(end, (s32)megabytes), " MB") : text_add(text_add_number(end, (s32)kilobytes), "K");
}

static void draw_info(void)
{
    char text[40];
    Rect bounds = window_bounds(window);
    Rect info = rect(0, 0, bounds.right, INFO_HEIGHT - 1);
    draw_fill(info, THEME_PANEL);
    if (problem != FILE_DONE) {
        draw_string(&font_sans_10, 8, 14, "The disk is missing.", THEME_INK);
        return;
    }
    char *end = text_add_number(text, list.count);
    text_add(end, list.count == 1 ? " item" : " items");
    draw_string(&font_sans_10, 8, 14, text, THEME_INK);
    end = space_text_add(text, space.free);
    text_add(end, " available");
    draw_string(&font_sans_10, (s16)(bounds.right - 8 - string_width(&font_sans_10, text)), 14, text, THEME_INK);
}

static void draw(Window *w)
{
    draw_info();
    file_list_draw(&list, list_box(), w == window_active());
    if (renaming)
        field_draw(&field, name_box());
}

static void show(void)
{
    if (!window)
        return;
    window_draw_begin(window);
    draw(window);
    window_draw_end();
}

/* ---- what the disk has ---- */

static u32 fingerprint(void)
{
    const u8 *bytes = (const u8 *)list.entries;
    u32 sum = list.count ^ (u32)problem;
    for (u32 i = 0; i < list.count * sizeof list.entries[0]; i++)
        sum = sum * 33 + bytes[i];
    return sum + space.trashed;
}

/* The host may change the folder at any time. */
static void refresh(void)
{
    u32 before = fingerprint();
    refreshing = true;
    problem = file_list_load(&list);
    if (problem == FILE_DONE)
        problem = file_space(&space);
    refreshing = false;
    refresh_at = ticks() + REFRESH_TICKS;
    if (fingerprint() != before)
        show();
    trash_show(space.trashed > 0);
}

static void idle(Window *w)
{
    (void)w;
    if (renaming) {
        if (field_idle(&field))
            show();
    } else if ((s32)(ticks() - refresh_at) >= 0 && !refreshing && !files_are_busy() && !mouse_is_down()) {
        refresh();
    }
}

/* ---- what is done with documents ---- */

static void open_selected(void)
{
    const FileEntry *entry = file_list_selected(&list);
    if (!entry)
        return;
    if (entry->kind == TYPE_TEXT) {
        opening_request(OPEN_WITH_NOTES, entry->name);
    } else if (file_is_picture(entry)) {
        opening_request(OPEN_WITH_SKETCH, entry->name);
    } else {
        Alert plain = {.text = "No program on this Mac can open this document.", .ok = "OK"};
        alert_run(&plain);
    }
}

static void trash_selected(void)
{
    const FileEntry *entry = file_list_selected(&list);
    char name[FILE_NAME_SIZE];
    if (!entry)
        return;
    memcpy(name, entry->name, FILE_NAME_SIZE);
    s32 result = file_trash(name);
    if (result != FILE_DONE)
        alert_file_error(name, "moved to the Trash", result);
    refresh();
    show();
}

static void begin_renaming(void)
{
    const FileEntry *entry = file_list_selected(&list);
    if (!entry)
        return;
    memcpy(renamed, entry->name, FILE_NAME_SIZE);
    field_set(&field, renamed);
    renaming = true;
    show();
}

static void end_renaming(bool keep)
{
    char name[FILE_NAME_SIZE];
    if (!renaming)
        return;
    renaming = false;
    memcpy(name, field.text, FILE_NAME_SIZE);
    if (keep && field.length) {
        s32 result = file_rename(renamed, name);
        if (result != FILE_DONE)
            alert_file_error(renamed, "renamed", result);
        else
            file_list_rename_selected(&list, name);
    }
    refresh();
    show();
}

/* ---- keys ---- */

static void key(Window *w, const Event *event)
{
    bool command = (event->modifiers & MOD_COMMAND) != 0;
    if (renaming) {
        if (key_confirms(event) || key_cancels(event))
            end_renaming(key_confirms(event));
        else if (field_key(&field, event))
            show();
    } else if (key_confirms(event)) {
        begin_renaming();
    } else if (command && event->character == KEY_DOWN) {
        open_selected();
    } else if (command && event->character == KEY_BACKSPACE) {
        trash_selected();
    } else {
        file_list_key(&list, w, list_box(), event);
    }
}

/* ---- the mouse ---- */

static const Art *dragged_icon;

static void draw_dragged(Window *w)
{
    (void)w;
    draw_art(0, 0, dragged_icon);
}

static const App app_dragged = {.name = "dragged", .draw = draw_dragged};

static Window *lift(Point where)
{
    drawing_begin();
    Window *icon = window_open(&app_dragged, WINDOW_LAYER, rect_sized((s16)(where.x - ICON / 2), (s16)(where.y - ICON / 2), ICON, ICON));
    windows_update();
    drawing_end();
    return icon;
}

static void put_down(Window *icon)
{
    drawing_begin();
    if (icon)
        window_close(icon);
    windows_update();
    drawing_end();
}

static bool is_far(Point a, Point b)
{
    return a.x - b.x > DRAG_THRESHOLD || b.x - a.x > DRAG_THRESHOLD || a.y - b.y > DRAG_THRESHOLD || b.y - a.y > DRAG_THRESHOLD;
}

/* The icon of a document that is dragged follows the mouse; the Trash takes it. */
static void drag_selected(Point start)
{
    Window *icon = NULL;
    Point where = start, last = start;
    enum TrackStep step;
    dragged_icon = file_small_icon(file_list_selected(&list));
    do {
        step = track_mouse(&where);
        if (!icon && is_far(where, start))
            icon = lift(last = where);
        if (icon && step != TRACK_TICK)
            window_move(icon, (s16)(where.x - last.x), (s16)(where.y - last.y));
        last = where;
    } while (step != TRACK_UP);
    if (!icon)
        return;
    put_down(icon);
    last_click.row = NOTHING_SELECTED;
    if (trash_at(where))
        trash_selected();
}

static void click(Window *w, const Event *event, Point local)
{
    end_renaming(true);
    s16 row = file_list_row_at(&list, list_box(), local);
    bool again = row != NOTHING_SELECTED && row == last_click.row && event->when - last_click.when < DOUBLE_TIME;
    last_click.row = again ? NOTHING_SELECTED : row;
    last_click.when = event->when;
    file_list_click(&list, w, list_box(), local);
    if (again)
        open_selected();
    else if (row != NOTHING_SELECTED)
        drag_selected(event->where);
}

static void wheel(Window *w, const Event *event)
{
    if (!renaming)
        file_list_wheel(&list, w, list_box(), event);
}

/* ---- the programs ---- */

static bool can(Window *w, enum Command what)
{
    (void)w;
    return (what == COMMAND_OPEN || what == COMMAND_MOVE_TO_TRASH) && !renaming && file_list_selected(&list);
}

static void command(Window *w, enum Command what)
{
    (void)w;
    if (what == COMMAND_OPEN)
        open_selected();
    else if (what == COMMAND_MOVE_TO_TRASH)
        trash_selected();
}

static void open(Window *w)
{
    window = w;
    renaming = refreshing = false;
    list.selected = last_click.row = NOTHING_SELECTED;
    list.count = list.top = 0;
    refresh_at = ticks();
}

static void close(Window *w)
{
    (void)w;
    window = NULL;
    renaming = false;
}

static void activated(Window *w, bool active)
{
    list.typed.length = 0;
    if (active)
        refresh_at = ticks();
    window_invalidate_all(w);
}

const App app_disk = {
    .id = APP_DISK, .name = "Documents", .icon = &art_icon_disk, .place = {30, 55}, .width = 420, .height = 220, .min_width = 220, .min_height = 110,
    .open = open, .close = close, .draw = draw, .activated = activated, .click = click, .key = key, .wheel = wheel, .idle = idle,
    .can = can, .command = command,
};

static void empty(void)
{
    char text[ALERT_TEXT_SIZE];
    s32 result = file_space(&space);
    if (result != FILE_DONE) {
        alert_file_error("Trash", "emptied", result);
        return;
    }
    char *end = text_add(text, space.trashed ? "The Trash has " : "The Trash is empty.");
    if (space.trashed) {
        end = text_add_number(end, (s32)space.trashed);
        text_add(end, space.trashed == 1 ? " item. Are you sure you want to remove it for good?" : " items. Are you sure you want to remove them for good?");
    }
    Alert question = {.text = text, .ok = "OK", .cancel = space.trashed ? "Cancel" : NULL};
    if (alert_run(&question) == DIALOG_OK && space.trashed) {
        result = file_empty_trash();
        if (result != FILE_DONE)
            alert_file_error("Trash", "emptied", result);
        file_space(&space);
    }
    trash_show(space.trashed > 0);
}

const App app_trash = {.id = APP_TRASH, .name = "Trash", .icon = &art_icon_trash, .launch = empty};
