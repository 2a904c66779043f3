#include "filelist.h"

#include "art_data.h"
#include "controls.h"
#include "describe.h"
#include "memory.h"
#include "text.h"
#include "theme.h"

enum { ICON_LEFT = 5, NAME_LEFT = 26, TYPING_PAUSE = 50, COLUMNS_WIDTH = 320, KIND_LEFT = 250, SIZE_RIGHT = 12 };

static const Font *const font = &font_sans_12;

/* ---- names ---- */

static u8 folded(char c)
{
    static const char capitals[] = "\x80\x81\x82\x83\x84\x85\x86\xCB\xCC\xCD\xE5\xE6\xE7\xE8\xE9\xEA\xEB\xEC\xED\xEE\xEF\xF1\xF2\xF3\xF4\xAE\xAF\xCE";
    static const char smalls[] = "\x8A\x8C\x8D\x8E\x96\x9A\x9F\x88\x8B\x9B\x89\x90\x87\x91\x8F\x92\x94\x95\x93\x97\x99\x98\x9C\x9E\x9D\xBE\xBF\xCF";
    if (c >= 'A' && c <= 'Z')
        return (u8)(c + 32);
    for (u8 i = 0; capitals[i]; i++)
        if (capitals[i] == c)
            return (u8)smalls[i];
    return (u8)c;
}

/* Whether `name` comes at or after the typed letters, in the list's order. */
static bool reaches(const char *name, const char *typed, u8 length)
{
    for (u8 i = 0; i < length; i++) {
        u8 a = folded(name[i]), b = folded(typed[i]);
        if (a != b)
            return a > b;
    }
    return true;
}

static bool same_name(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

/* ---- contents ---- */

static void keep_shown(FileList *list)
{
    u16 kept = 0;
    for (u16 i = 0; i < list->count; i++)
        if (!list->shows || list->shows(&list->entries[i]))
            list->entries[kept++] = list->entries[i];
    list->count = kept;
}

s32 file_list_load(FileList *list)
{
    char name[FILE_NAME_SIZE] = "";
    const FileEntry *selected = file_list_selected(list);
    if (selected)
        memcpy(name, selected->name, FILE_NAME_SIZE);
    s32 result = file_list(list->entries, LISTED_MAX, &list->count);
    keep_shown(list);
    file_list_select_name(list, name);
    if (list->top >= list->count)
        list->top = 0;
    return result;
}

const FileEntry *file_list_selected(const FileList *list)
{
    bool some = list->selected >= 0 && list->selected < (s16)list->count;
    return some ? &list->entries[list->selected] : NULL;
}

void file_list_select_name(FileList *list, const char *name)
{
    list->selected = NOTHING_SELECTED;
    for (u16 i = 0; i < list->count && *name; i++)
        if (same_name(list->entries[i].name, name))
            list->selected = (s16)i;
}

bool file_list_has(const FileList *list, const char *name)
{
    u32 length = text_length(name);
    for (u16 i = 0; i < list->count; i++) {
        const char *other = list->entries[i].name;
        u32 same = 0;
        while (same < length && folded(other[same]) == folded(name[same]))
            same++;
        if (same == length && !other[same])
            return true;
    }
    return false;
}

/* ---- drawing ---- */

const Art *file_small_icon(const FileEntry *entry)
{
    if (entry->kind == TYPE_TEXT)
        return &art_small_text;
    return file_is_picture(entry) ? &art_small_picture : &art_small_document;
}

char *size_text_add(char *end, u32 bytes)
{
    u32 kilobytes = bytes / 1024 + (bytes % 1024 != 0);
    if (kilobytes < 1000)
        return text_add(text_add_number(end, (s32)kilobytes), "K");
    end = text_add_number(end, (s32)(kilobytes / 1024));
    end = text_add_char(end, '.');
    end = text_add_number(end, (s32)(kilobytes % 1024 * 10 / 1024));
    return text_add(end, " MB");
}

static const char *kind_of(const FileEntry *entry)
{
    const Art *icon = file_small_icon(entry);
    return icon == &art_small_text ? "text" : icon == &art_small_picture ? "picture" : "document";
}

static void draw_columns(const FileEntry *entry, Rect row, Colour ink)
{
    char size[16];
    s16 baseline = (s16)(row.top + 13);
    size_text_add(size, entry->size);
    draw_string(&font_sans_10, (s16)(row.left + KIND_LEFT), baseline, kind_of(entry), ink);
    draw_string(&font_sans_10, (s16)(row.right - SIZE_RIGHT - string_width(&font_sans_10, size)), baseline, size, ink);
}

static void describe_row(const FileEntry *entry, bool selected, bool dimmed)
{
    char text[FILE_NAME_SIZE + 32];
    char *end = text_add(text, entry->name);
    end = text_add(end, ", ");
    end = text_add(end, kind_of(entry));
    end = text_add(end, ", ");
    size_text_add(end, entry->size);
    describe_string(PART_OPTION, (u8)((selected ? PART_ACTIVE : 0) | (dimmed ? PART_DISABLED : 0)), text);
}

void file_row_draw(const FileEntry *entry, Rect row, bool selected, bool dimmed)
{
    if (describing) {
        describe_row(entry, selected, dimmed);
        return;
    }
    Colour ink = selected ? WHITE : dimmed ? THEME_INK_DIM : THEME_INK;
    draw_fill(row, selected ? THEME_HILITE : THEME_PAPER);
    if (dimmed)
        draw_art_in((s16)(row.left + ICON_LEFT), (s16)(row.top + 1), file_small_icon(entry), THEME_TROUGH);
    else
        draw_art((s16)(row.left + ICON_LEFT), (s16)(row.top + 1), file_small_icon(entry));
    draw_string(font, (s16)(row.left + NAME_LEFT), (s16)(row.top + 13), entry->name, ink);
    if (rect_width(row) >= COLUMNS_WIDTH)
        draw_columns(entry, row, ink);
}

static Rect scroll_box(Rect box)
{
    return rect((s16)(box.right - SCROLL_BAR_WIDTH), box.top, box.right, box.bottom);
}

static Rect rows_box(Rect box)
{
    return rect((s16)(box.left + 1), (s16)(box.top + 1), (s16)(box.right - SCROLL_BAR_WIDTH), (s16)(box.bottom - 1));
}

static u16 rows_in(Rect box)
{
    return (u16)(rect_height(rows_box(box)) / LIST_ROW);
}

static ScrollRange range_of(const FileList *list, Rect box)
{
    return (ScrollRange){list->top, rows_in(box), list->count};
}

static void draw_rows(const FileList *list, Rect box)
{
    Rect rows = rows_box(box);
    s16 top = rows.top;
    for (u16 i = list->top; i < list->count && top + LIST_ROW <= rows.bottom; i++, top = (s16)(top + LIST_ROW))
        file_row_draw(&list->entries[i], rect(rows.left, top, rows.right, (s16)(top + LIST_ROW)),
                      i == list->selected && !list->dimmed, list->dimmed);
    draw_fill(rect(rows.left, top, rows.right, rows.bottom), THEME_PAPER);
}

void file_list_draw(const FileList *list, Rect box, bool active)
{
    draw_frame(box, THEME_INK);
    draw_rows(list, box);
    scroll_bar_draw(rect_intersection(scroll_box(box), rect_inset(box, 1, 1)), range_of(list, box), active);
}

static void show(const FileList *list, Window *window, Rect box)
{
    window_draw_begin(window);
    file_list_draw(list, box, true);
    window_draw_end();
}

/* ---- selecting ---- */

static void select(FileList *list, Window *window, Rect box, s32 row)
{
    u16 rows = rows_in(box);
    if (list->dimmed || !list->count)
        return;
    row = row < 0 ? 0 : row >= list->count ? list->count - 1 : row;
    list->selected = (s16)row;
    if (row < list->top)
        list->top = (u16)row;
    else if (row >= list->top + rows)
        list->top = (u16)(row - rows + 1);
    show(list, window, box);
}

static void type(FileList *list, Window *window, Rect box, const Event *event)
{
    if (event->when - list->typed.when > TYPING_PAUSE)
        list->typed.length = 0;
    list->typed.when = event->when;
    if (list->typed.length < TYPED_MAX)
        list->typed.text[list->typed.length++] = (char)event->character;
    u16 row = 0;
    while (row + 1 < list->count && !reaches(list->entries[row].name, list->typed.text, list->typed.length))
        row++;
    select(list, window, box, row);
}

bool file_list_key(FileList *list, Window *window, Rect box, const Event *event)
{
    switch (event->character) {
    case KEY_UP:        select(list, window, box, list->selected == NOTHING_SELECTED ? list->count - 1 : list->selected - 1); return true;
    case KEY_DOWN:      select(list, window, box, list->selected + 1); return true;
    case KEY_HOME:      select(list, window, box, 0); return true;
    case KEY_END:       select(list, window, box, list->count - 1); return true;
    case KEY_PAGE_UP:   select(list, window, box, list->selected - rows_in(box) + 1); return true;
    case KEY_PAGE_DOWN: select(list, window, box, list->selected + rows_in(box) - 1); return true;
    }
    if (event->character < ' ' || event->character == KEY_DELETE || event->modifiers & (MOD_COMMAND | MOD_CONTROL))
        return false;
    type(list, window, box, event);
    return true;
}

/* The scroll bar's functions know no list: there is one that is scrolled at a time. */
static FileList *scrolled;
static Rect scrolled_box;

static ScrollRange scrolled_range(void) { return range_of(scrolled, scrolled_box); }

static void scroll_to(Window *window, s32 value)
{
    if (value == scrolled->top)
        return;
    scrolled->top = (u16)value;
    show(scrolled, window, scrolled_box);
}

Rect file_list_row(const FileList *list, Rect box, s16 row)
{
    Rect rows = rows_box(box);
    return rect_sized(rows.left, (s16)(rows.top + (row - list->top) * LIST_ROW), rect_width(rows), LIST_ROW);
}

s16 file_list_row_at(const FileList *list, Rect box, Point local)
{
    Rect rows = rows_box(box);
    s32 row = list->top + (local.y - rows.top) / LIST_ROW;
    return rect_contains(rows, local) && row < list->count ? (s16)row : NOTHING_SELECTED;
}

void file_list_rename_selected(FileList *list, const char *name)
{
    if (file_list_selected(list))
        memcpy(list->entries[list->selected].name, name, text_length(name) + 1);
}

void file_list_click(FileList *list, Window *window, Rect box, Point local)
{
    s16 row = file_list_row_at(list, box, local);
    scrolled = list;
    scrolled_box = box;
    if (rect_contains(scroll_box(box), local))
        scroll_bar_track(window, scroll_box(box), local, scrolled_range, scroll_to);
    else if (row != NOTHING_SELECTED)
        select(list, window, box, row);
}

void file_list_wheel(FileList *list, Window *window, Rect box, const Event *event)
{
    scrolled = list;
    scrolled_box = box;
    scroll_to(window, scroll_bar_wheel(range_of(list, box), event->scrolled.y, LIST_ROW, &list->wheel_rest));
}
