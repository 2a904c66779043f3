/* Notes: a text editor with one page. */
#include "apps.h"
#include "art_data.h"
#include "clipboard.h"
#include "controls.h"
#include "cursor.h"
#include "describe.h"
#include "document.h"
#include "lowmem.h"
#include "textedit.h"
#include "theme.h"
#include "track.h"

enum { MARGIN = 8, LEADING = 2, BLINK_TICKS = 32, TAB_WIDTH = 4, TYPING_MAX = 64 };

static TextEdit page;
static TextMemory memory;               /* before the last command or run of typing */
static bool typing, can_undo;
static bool started;
static Document document;
static Window *window;                  /* NULL while closed */
static u16 top_line;                    /* the first visible one */
static s16 wheel_rest;                  /* pixels, less than a line */
static bool caret_shown;
static u32 blink_at;
static struct { u32 when, offset; } last_click;

/* ---- layout, local ---- */

static s16 line_height(void)
{
    return (s16)(font_height(page.font) + LEADING);
}

static Rect scroll_box(void)
{
    Rect bounds = window_bounds(window);
    return rect((s16)(bounds.right - SCROLL_BAR_WIDTH), 0, bounds.right, (s16)(bounds.bottom - SCROLL_BAR_WIDTH + 1));
}

static Rect text_box(void)
{
    Rect bounds = window_bounds(window);
    return rect(0, 0, (s16)(bounds.right - SCROLL_BAR_WIDTH), bounds.bottom);
}

static u16 visible_lines(void)
{
    return (u16)((rect_height(text_box()) - MARGIN) / line_height());
}

static s16 line_top(u16 line)
{
    return (s16)(MARGIN / 2 + (line - top_line) * line_height());
}

static ScrollRange scroll_range(void)
{
    return (ScrollRange){top_line, visible_lines(), page.lines};
}

static u32 offset_at_point(Point local)
{
    s32 line = top_line + (local.y - MARGIN / 2) / line_height();
    if (local.y < 0)
        line = top_line - 1;
    line = line < 0 ? 0 : line >= page.lines ? page.lines - 1 : line;
    return offset_at(&page, (u16)line, (s16)(local.x - MARGIN));
}

/* ---- drawing: these expect the port to be the window's ---- */

static u32 clamp_to(u32 value, u32 low, u32 high)
{
    return value < low ? low : value > high ? high : value;
}

static void draw_selection(Rect band, s16 from_x, s16 to_x, bool whole_line)
{
    draw_fill(rect(from_x, band.top, whole_line ? band.right : to_x, band.bottom), THEME_SELECTION);
}

static void draw_line(u16 line)
{
    s16 top = line_top(line);
    s16 baseline = (s16)(top + page.font->ascent + LEADING / 2);
    Rect band = rect(0, top, text_box().right, (s16)(top + line_height()));
    draw_fill(band, THEME_PAPER);
    if (line >= page.lines)
        return;

    const char *text = page.text;
    u32 start = page.starts[line], end = line_end(&page, line);
    u32 from = clamp_to(selection_start(&page), start, end), to = clamp_to(selection_end(&page), start, end);
    s16 from_x = (s16)(MARGIN + text_width(page.font, text + start, from - start));
    s16 to_x = (s16)(from_x + text_width(page.font, text + from, to - from));
    bool through_end = selection_start(&page) <= end && selection_end(&page) > end && line + 1 < page.lines
                    && selection_end(&page) > selection_start(&page);
    if (to > from || through_end)
        draw_selection(band, from_x, to_x, through_end);
    draw_text(page.font, MARGIN, baseline, text + start, from - start, THEME_INK);
    draw_text(page.font, from_x, baseline, text + from, to - from, THEME_SELECTED_INK);
    draw_text(page.font, to_x, baseline, text + to, end - to, THEME_INK);
    if (caret_shown && !has_selection(&page) && line_of(&page, page.caret) == line)
        draw_fill(rect_sized((s16)(MARGIN + offset_x(&page, page.caret) - 1), top, 1, line_height()), THEME_INK);
}

static void draw_lines(u16 first, u16 end)
{
    u16 below = (u16)(top_line + visible_lines() + 2);
    for (u16 line = first < top_line ? top_line : first; line < end && line < below; line++)
        draw_line(line);
}

static void draw_page(void)
{
    Rect box = text_box();
    draw_fill(rect(box.left, box.top, box.right, line_top(top_line)), THEME_PAPER);
    draw_lines(top_line, (u16)(top_line + visible_lines() + 2));
}

static void draw_scroll_bar(void)
{
    scroll_bar_draw(scroll_box(), scroll_range(), window == window_active());
}

static void draw(Window *w)
{
    if (describing) {
        describe_part(PART_FIELD, w == window_active() ? PART_ACTIVE : 0, page.text, page.length);
        return;
    }
    draw_page();
    draw_scroll_bar();
}

/* ---- showing what changed ---- */

static void scroll_to(Window *w, s32 line)
{
    if (line == top_line)
        return;
    top_line = (u16)line;
    window_draw_begin(w);
    draw(w);
    window_draw_end();
}

static bool scroll_to_caret(void)
{
    u16 line = line_of(&page, page.caret);
    u16 before = top_line;
    u16 shown = visible_lines();
    u16 last_top = page.lines > shown ? (u16)(page.lines - shown) : 0;
    if (line < top_line)
        top_line = line;
    else if (line >= top_line + shown)
        top_line = (u16)(line - shown + 1);
    if (top_line > last_top)
        top_line = last_top;
    return top_line != before;
}

static void restart_blinking(void)
{
    caret_shown = true;
    blink_at = ticks() + BLINK_TICKS;
}

/* Draws the lines that an edit changed. */
static void show_change(u16 lines_before)
{
    u16 lines = page.lines > lines_before ? page.lines : lines_before;
    NOTES_LENGTH = page.length;
    DOCUMENT_DIRTY = document.dirty = true;
    restart_blinking();
    window_draw_begin(window);
    if (scroll_to_caret()) {
        draw(window);
    } else {
        draw_lines(page.changed_first, page.lines == lines_before ? page.changed_end : lines);
        if (page.lines != lines_before)
            draw_scroll_bar();
    }
    window_draw_end();
}

/* Draws the lines between the old and the new selection. */
static void show_selection(u32 old_anchor, u32 old_caret)
{
    u32 offsets[] = {old_anchor, old_caret, page.anchor, page.caret};
    u32 low = offsets[0], high = offsets[0];
    for (u8 i = 1; i < COUNT_OF(offsets); i++) {
        low = offsets[i] < low ? offsets[i] : low;
        high = offsets[i] > high ? offsets[i] : high;
    }
    restart_blinking();
    window_draw_begin(window);
    if (scroll_to_caret())
        draw(window);
    else
        draw_lines(line_of(&page, low), (u16)(line_of(&page, high) + 1));
    window_draw_end();
}

/* ---- editing ---- */

/* Called before a change. Typing is one change, until the caret is moved. */
static void remember(bool is_typing)
{
    if (!is_typing || !typing)
        text_edit_remember(&page, &memory);
    typing = is_typing;
    can_undo = true;
}

static bool can_insert(u32 length)
{
    return page.length - (selection_end(&page) - selection_start(&page)) + length <= TEXT_MAX;
}

static void insert(const char *text, u32 length)
{
    u16 lines_before = page.lines;
    if (text_edit_insert(&page, text, length))
        show_change(lines_before);
}

/* Inserts a typed character and those that follow it already: they are wrapped and drawn together. */
static void type(char character)
{
    char run[TYPING_MAX];
    u16 length = 1;
    run[0] = character;
    length = (u16)(length + event_take_typing(run + 1, TYPING_MAX - 1));
    while (length && !can_insert(length))
        length--;
    insert(run, length);
}

static void erase(bool forward)
{
    u16 lines_before = page.lines;
    text_edit_delete(&page, forward);
    show_change(lines_before);
}

static void move(enum Move how, bool extend)
{
    u32 anchor = page.anchor, caret = page.caret;
    typing = false;
    text_edit_move(&page, how, extend, visible_lines());
    show_selection(anchor, caret);
}

static void select(u32 anchor, u32 caret)
{
    u32 old_anchor = page.anchor, old_caret = page.caret;
    typing = false;
    text_edit_select(&page, anchor, caret);
    show_selection(old_anchor, old_caret);
}

/* The move of an arrow key: alone, with option (words, pages), with command (to the end). */
static const struct { u8 key, plain, option, command; } moves[] = {
    {KEY_LEFT, MOVE_LEFT, MOVE_WORD_LEFT, MOVE_LINE_START},
    {KEY_RIGHT, MOVE_RIGHT, MOVE_WORD_RIGHT, MOVE_LINE_END},
    {KEY_UP, MOVE_UP, MOVE_PAGE_UP, MOVE_TEXT_START},
    {KEY_DOWN, MOVE_DOWN, MOVE_PAGE_DOWN, MOVE_TEXT_END},
    {KEY_HOME, MOVE_TEXT_START, MOVE_TEXT_START, MOVE_TEXT_START},
    {KEY_END, MOVE_TEXT_END, MOVE_TEXT_END, MOVE_TEXT_END},
    {KEY_PAGE_UP, MOVE_PAGE_UP, MOVE_PAGE_UP, MOVE_PAGE_UP},
    {KEY_PAGE_DOWN, MOVE_PAGE_DOWN, MOVE_PAGE_DOWN, MOVE_PAGE_DOWN},
};

static bool key_moves(const Event *event)
{
    for (u8 i = 0; i < COUNT_OF(moves); i++) {
        if (moves[i].key != event->character)
            continue;
        move(event->modifiers & MOD_COMMAND ? moves[i].command : event->modifiers & MOD_OPTION ? moves[i].option : moves[i].plain,
             (event->modifiers & MOD_SHIFT) != 0);
        return true;
    }
    return false;
}

static void key(Window *w, const Event *event)
{
    char character = (char)event->character;
    (void)w;
    if (key_moves(event))
        return;
    if (event->modifiers & (MOD_COMMAND | MOD_CONTROL))
        return;
    cursor_obscure();
    remember(true);
    switch (event->character) {
    case KEY_BACKSPACE: erase(false); break;
    case KEY_DELETE:    erase(true); break;
    case KEY_TAB:       insert("    ", TAB_WIDTH); break;
    case KEY_ENTER:     character = KEY_RETURN; /* fall through */
    case KEY_RETURN:    insert(&character, 1); break;
    default:
        if (event->character >= ' ')
            type(character);
    }
}

/* ---- the mouse ---- */

static void drag_selection(void)
{
    Point where = mouse_position();
    enum TrackStep step;
    do {
        step = track_mouse(&where);
        u32 offset = offset_at_point(window_local(window, where));
        if (offset != page.caret)
            select(page.anchor, offset);
    } while (step != TRACK_UP);
}

static void select_word(u32 offset)
{
    u32 old_anchor = page.anchor, old_caret = page.caret;
    text_edit_select_word(&page, offset);
    show_selection(old_anchor, old_caret);
}

static void click_text(const Event *event, u32 offset)
{
    bool is_double = event->when - last_click.when < DOUBLE_TIME && offset == last_click.offset;
    last_click.when = event->when;
    last_click.offset = offset;
    if (is_double) {
        select_word(offset);
        return;
    }
    select(event->modifiers & MOD_SHIFT ? page.anchor : offset, offset);
    drag_selection();
}

static void click(Window *w, const Event *event, Point local)
{
    if (rect_contains(scroll_box(), local))
        scroll_bar_track(w, scroll_box(), local, scroll_range, scroll_to);
    else
        click_text(event, offset_at_point(local));
}

static void wheel(Window *w, const Event *event)
{
    scroll_to(w, scroll_bar_wheel(scroll_range(), event->scrolled.y, line_height(), &wheel_rest));
}

static const Art *cursor(Window *w, Point local)
{
    (void)w;
    return local.x < scroll_box().left ? &art_cursor_beam : &art_cursor_arrow;
}

/* ---- menus ---- */

static bool can(Window *w, enum Command command)
{
    u32 length;
    (void)w;
    clipboard_text(&length);
    switch (command) {
    case COMMAND_UNDO:       return can_undo;
    case COMMAND_PASTE:      return length > 0;
    case COMMAND_NEW:        return page.length > 0 || document.has_file;
    case COMMAND_SELECT_ALL: return page.length > 0;
    case COMMAND_OPEN:
    case COMMAND_SAVE:
    case COMMAND_SAVE_AS:    return document_can(&document, command);
    default:                 return has_selection(&page);
    }
}

static void undo(void)
{
    u16 lines_before = page.lines;
    typing = false;
    text_edit_undo(&page, &memory);
    show_change(lines_before);
}

static void command(Window *w, enum Command what)
{
    u32 length;
    const char *text = clipboard_text(&length);
    (void)w;
    if (what >= COMMAND_NEW) {
        document_command(&document, what);
        DOCUMENT_DIRTY = document.dirty;
        return;
    }
    if (what == COMMAND_UNDO) {
        undo();
        return;
    }
    if (what == COMMAND_CUT || what == COMMAND_COPY)
        clipboard_put(page.text + selection_start(&page), selection_end(&page) - selection_start(&page));
    if (what != COMMAND_COPY && what != COMMAND_SELECT_ALL)
        remember(false);
    if (what == COMMAND_SELECT_ALL)
        select(0, page.length);
    if (what == COMMAND_CUT || what == COMMAND_CLEAR)
        insert("", 0);
    if (what == COMMAND_PASTE)
        insert(text, length);
}

/* ---- documents ---- */

static void set_text(const char *text, u32 length)
{
    text_edit_select(&page, 0, page.length);
    text_edit_insert(&page, text, length);
    text_edit_select(&page, 0, 0);
    NOTES_LENGTH = page.length;
    typing = can_undo = false;
    top_line = 0;
    restart_blinking();
    if (!window)
        return;
    window_draw_begin(window);
    draw(window);
    window_draw_end();
}

/* Without a disk, Undo brings the text back: nobody asks whether to save it. */
static void clear_document(void)
{
    if (!files_have_disk()) {
        remember(false);
        select(0, page.length);
        insert("", 0);
    } else {
        set_text("", 0);
    }
}

static s32 load_document(const char *name, bool *exact)
{
    static char text[TEXT_MAX];
    u32 length;
    s32 result = file_read(name, FILE_AS_TEXT, text, TEXT_MAX, &length, exact);
    if (result == FILE_DONE && length > TEXT_MAX)
        return FILE_TOO_LARGE;
    if (result == FILE_DONE)
        set_text(text, length);
    return result;
}

static s32 store_document(const char *name, u16 flags)
{
    return file_write(name, (u16)(flags | FILE_AS_TEXT), TYPE_TEXT, CREATOR_TEXT, page.text, page.length);
}

static bool is_text(const FileEntry *entry)
{
    return entry->kind == TYPE_TEXT;
}

static const DocumentKind texts = {
    .clear = clear_document, .load = load_document, .store = store_document, .shows = is_text, .untitled = "untitled",
};

/* What is not saved is gone with the window; without a disk it stays until the Mac is reset. */
static bool may_close(Window *w)
{
    (void)w;
    bool may = document_may_close(&document);
    if (may && files_have_disk()) {
        set_text("", 0);
        document_start(&document, &texts);
    }
    DOCUMENT_DIRTY = document.dirty;
    return may;
}

/* ---- the program ---- */

static void take_size(Window *w)
{
    (void)w;
    text_edit_set_width(&page, (s16)(rect_width(text_box()) - 2 * MARGIN));
    scroll_to_caret();
}

static void open(Window *w)
{
    window = w;
    top_line = 0;
    wheel_rest = 0;
    if (!started) {
        text_edit_start(&page, &font_serif_14);
        document_start(&document, &texts);
    }
    started = true;
    document.window = w;
    if (files_have_disk())
        w->title = document.name;
    DOCUMENT_NAME = (u32)document.name;
    restart_blinking();
    take_size(w);
    NOTES_TEXT = (u32)page.text;
    NOTES_LENGTH = page.length;
}

static void close(Window *w)
{
    (void)w;
    window = document.window = NULL;
}

static void show_caret(bool shown)
{
    u16 line = line_of(&page, page.caret);
    caret_shown = shown;
    window_draw_begin(window);
    draw_lines(line, (u16)(line + 1));
    window_draw_end();
}

static void activated(Window *w, bool active)
{
    (void)w;
    caret_shown = active;
    window_invalidate_all(w);
}

static void idle(Window *w)
{
    if (w != window_active() || (s32)(ticks() - blink_at) < 0)
        return;
    blink_at = ticks() + BLINK_TICKS;
    show_caret(!caret_shown);
}

const App app_notes = {
    .id = APP_NOTES, .name = "Notes", .icon = &art_icon_notes, .place = {7, 6}, .width = 440, .height = 320, .min_width = 160, .min_height = 100,
    .open = open, .close = close, .draw = draw, .resized = take_size, .activated = activated, .click = click, .key = key, .wheel = wheel,
    .idle = idle, .can = can, .command = command, .may_close = may_close, .cursor = cursor,
};

void notes_show(const char *name)
{
    document_open(&document, name);
    DOCUMENT_DIRTY = document.dirty;
}
