#include "filedialog.h"

#include "alert.h"
#include "art_data.h"
#include "controls.h"
#include "dialog.h"
#include "field.h"
#include "filelist.h"
#include "lowmem.h"
#include "memory.h"
#include "text.h"
#include "theme.h"

enum {
    WIDTH = 384, MARGIN = 18, LIST_WIDTH = 236, LIST_TOP = 40, OPEN_ROWS = 9, SAVE_ROWS = 6,
    OPEN_HEIGHT = LIST_TOP + OPEN_ROWS * LIST_ROW + 2 + MARGIN, SAVE_HEIGHT = LIST_TOP + SAVE_ROWS * LIST_ROW + 2 + 66,
    FIELD_HEIGHT = 20, BUTTON_WIDTH = 84, BUTTONS_LEFT = WIDTH - MARGIN - BUTTON_WIDTH,
};

static FileList list;
static Field field;
static DiskSpace space;
static bool saving;                     /* the dialog is Save As */
static struct { s16 row; u32 when; } last_click;

/* ---- layout ---- */

static s16 height(void) { return saving ? SAVE_HEIGHT : OPEN_HEIGHT; }

static Rect list_box(void)
{
    return rect_sized(MARGIN, LIST_TOP, LIST_WIDTH, (s16)((saving ? SAVE_ROWS : OPEN_ROWS) * LIST_ROW + 2));
}

static Rect field_box(void)
{
    return rect_sized(MARGIN, (s16)(height() - MARGIN - FIELD_HEIGHT), LIST_WIDTH, FIELD_HEIGHT);
}

static Rect cancel_box(void)
{
    return rect_sized(BUTTONS_LEFT, (s16)(height() - MARGIN - BUTTON_HEIGHT - (saving ? 34 : 0)), BUTTON_WIDTH, BUTTON_HEIGHT);
}

static Rect ok_box(void)
{
    return rect_offset(cancel_box(), 0, saving ? 34 : -34);
}

/* ---- drawing ---- */

static const char *ok_label(void) { return saving ? "Save" : "Open"; }

static bool can_confirm(void)
{
    return saving ? field.length > 0 : file_list_selected(&list) != NULL;
}

/* As the pop-up menu of folders, of which there is one. */
static void draw_folder(void)
{
    s16 width = (s16)(string_width(&font_sans_bold_12, "Documents") + 40);
    Rect box = rect_centred(rect_sized(MARGIN, 12, LIST_WIDTH, 20), width, 20);
    draw_fill(box, THEME_PAPER);
    draw_frame(box, THEME_INK);
    draw_fill(rect((s16)(box.left + 2), box.bottom, (s16)(box.right + 1), (s16)(box.bottom + 1)), THEME_INK);
    draw_fill(rect(box.right, (s16)(box.top + 2), (s16)(box.right + 1), (s16)(box.bottom + 1)), THEME_INK);
    draw_art((s16)(box.left + 7), (s16)(box.top + 2), &art_small_disk);
    draw_string(&font_sans_bold_12, (s16)(box.left + 29), (s16)(box.top + 14), "Documents", THEME_INK);
}

static void draw_disk(void)
{
    char text[24];
    Rect column = rect_sized(BUTTONS_LEFT, 14, BUTTON_WIDTH, 20);
    draw_art((s16)(column.left + (BUTTON_WIDTH - art_icon_disk.width) / 2), column.top, &art_icon_disk);
    u32 megabytes = space.free / 1024;
    char *end = megabytes >= 1000 ? text_add_number(text, (s32)(megabytes / 1024)) : megabytes ? text_add_number(text, (s32)megabytes)
                                                                                      : text_add_number(text, (s32)space.free);
    text_add(end, megabytes >= 1000 ? " GB" : megabytes ? " MB" : "K");
    draw_string_centred(&font_sans_10, rect_sized(column.left, 50, BUTTON_WIDTH, 12), text, THEME_INK);
    draw_string_centred(&font_sans_10, rect_sized(column.left, 62, BUTTON_WIDTH, 12), "available", THEME_INK);
}

static void draw_buttons(void)
{
    plain_button_draw(cancel_box(), "Cancel", true);
    default_button_draw(ok_box(), ok_label(), can_confirm());
}

static void draw(Window *window)
{
    s16 line = (s16)((saving ? cancel_box() : ok_box()).top - 16);
    dialog_draw(window);
    draw_folder();
    draw_disk();
    draw_pattern(rect(BUTTONS_LEFT, line, WIDTH - MARGIN, (s16)(line + 1)), &pattern_grey, THEME_INK, THEME_PANEL);
    file_list_draw(&list, list_box(), true);
    draw_buttons();
    if (!saving)
        return;
    draw_string(&font_sans_bold_12, MARGIN, (s16)(field_box().top - 7), "Save this document as:", THEME_INK);
    field_draw(&field, field_box());
}

static void show_buttons(Window *window)
{
    window_draw_begin(window);
    draw_buttons();
    if (saving)
        field_draw(&field, field_box());
    window_draw_end();
}

/* ---- events ---- */

static void confirm(Window *window, bool by_key)
{
    if (!can_confirm())
        return;
    if (by_key)
        button_flash(window, ok_box(), ok_label());
    dialog_end(DIALOG_OK);
}

static void key(Window *window, const Event *event)
{
    if (key_cancels(event)) {
        button_flash(window, cancel_box(), "Cancel");
        dialog_end(DIALOG_CANCEL);
    } else if (key_confirms(event)) {
        confirm(window, true);
    } else if (saving ? field_key(&field, event) : file_list_key(&list, window, list_box(), event)) {
        show_buttons(window);
    }
}

static void click_list(Window *window, const Event *event, Point local)
{
    s16 before = list.selected;
    file_list_click(&list, window, list_box(), local);
    show_buttons(window);
    bool again = before == list.selected && last_click.row == list.selected && event->when - last_click.when < DOUBLE_TIME;
    bool on_row = local.x < list_box().right - SCROLL_BAR_WIDTH;
    last_click.row = list.selected;
    last_click.when = event->when;
    if (again && on_row && !saving)
        confirm(window, false);
}

static void click(Window *window, const Event *event, Point local)
{
    if (rect_contains(list_box(), local))
        click_list(window, event, local);
    else if (saving && rect_contains(field_box(), local))
        field_click(window, &field, field_box(), event);
    else if (rect_contains(cancel_box(), local) && button_track(window, cancel_box(), "Cancel"))
        dialog_end(DIALOG_CANCEL);
    else if (rect_contains(ok_box(), local) && can_confirm() && button_track(window, ok_box(), ok_label()))
        confirm(window, false);
}

static void wheel(Window *window, const Event *event)
{
    file_list_wheel(&list, window, list_box(), event);
}

static void idle(Window *window)
{
    if (!saving || !field_idle(&field))
        return;
    window_draw_begin(window);
    field_draw(&field, field_box());
    window_draw_end();
}

static const Art *cursor(Window *window, Point local)
{
    (void)window;
    return saving && rect_contains(field_box(), local) ? &art_cursor_beam : &art_cursor_arrow;
}

static const App app_open_file = {
    .id = DIALOG_OPEN_FILE, .name = "open", .width = WIDTH, .height = OPEN_HEIGHT,
    .draw = draw, .key = key, .click = click, .wheel = wheel, .idle = idle, .cursor = cursor,
};

static const App app_save_file = {
    .id = DIALOG_SAVE_FILE, .name = "save", .width = WIDTH, .height = SAVE_HEIGHT,
    .draw = draw, .key = key, .click = click, .wheel = wheel, .idle = idle, .cursor = cursor,
};

/* ---- asking ---- */

static bool load(bool for_saving, bool (*shows)(const FileEntry *entry))
{
    saving = for_saving;
    list.shows = shows;
    list.dimmed = for_saving;
    list.top = 0;
    list.selected = NOTHING_SELECTED;
    list.typed.length = 0;
    last_click.row = NOTHING_SELECTED;
    s32 result = file_list_load(&list);
    if (result == FILE_DONE)
        result = file_space(&space);
    if (result == FILE_DONE)
        return true;
    alert_file_error("Documents", "shown", result);
    return false;
}

bool file_dialog_open(char *name, bool (*shows)(const FileEntry *entry))
{
    if (!load(false, shows))
        return false;
    if (list.count)
        list.selected = 0;
    if (dialog_run(&app_open_file) != DIALOG_OK)
        return false;
    memcpy(name, file_list_selected(&list)->name, FILE_NAME_SIZE);
    return true;
}

static bool confirm_replacing(const char *name)
{
    char text[ALERT_TEXT_SIZE];
    char *end = text_add(text, "Replace the existing document " OPEN_QUOTE);
    end = text_add(end, name);
    text_add(end, CLOSE_QUOTE "?");
    Alert question = {.text = text, .ok = "Replace", .cancel = "Cancel", .cancel_is_default = true};
    return alert_run(&question) == DIALOG_OK;
}

bool file_dialog_save(char *name, bool *replace)
{
    if (!load(true, NULL))
        return false;
    for (;;) {
        field_set(&field, name);
        if (dialog_run(&app_save_file) != DIALOG_OK)
            return false;
        memcpy(name, field.text, FILE_NAME_SIZE);
        *replace = file_list_has(&list, name);
        if (!*replace || confirm_replacing(name))
            return true;
    }
}
