#include "textedit.h"

#include "memory.h"

enum { RETURN = 0x0D, NO_GOAL = -1 };

/* ---- lines ---- */

/* Where the line that starts at `start` ends and the next begins. */
static u32 wrap_line(const TextEdit *edit, u32 start)
{
    s16 width = 0;
    u32 last_break = 0;
    for (u32 i = start; i < edit->length; i++) {
        char c = edit->text[i];
        if (c == RETURN)
            return i + 1;
        if (c == ' ') {                                     /* trailing spaces may exceed the width */
            last_break = i + 1;
            width = (s16)(width + char_width(edit->font, c));
            continue;
        }
        width = (s16)(width + char_width(edit->font, c));
        if (width > edit->width && i > start)
            return last_break ? last_break : i;
        if (c == '-')
            last_break = i + 1;
    }
    return edit->length;
}

static void end_lines(TextEdit *edit, u16 lines)
{
    if (edit->length && edit->text[edit->length - 1] == RETURN && edit->starts[lines - 1] < edit->length)
        edit->starts[lines++] = (u16)edit->length;
    edit->starts[lines] = (u16)edit->length;
    edit->lines = lines;
    edit->changed_end = lines;
}

static void wrap(TextEdit *edit)
{
    u32 start = 0;
    u16 lines = 0;
    edit->text[edit->length] = 0;
    edit->changed_first = 0;
    do {
        edit->starts[lines++] = (u16)start;
        start = wrap_line(edit, start);
    } while (start < edit->length);
    end_lines(edit, lines);
}

u16 line_of(const TextEdit *edit, u32 offset)
{
    u16 low = 0, high = edit->lines;                        /* starts[low] <= offset, and the answer is below high */
    while (high - low > 1) {
        u16 middle = (u16)((low + high) / 2);
        if (edit->starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The lines before a change that may end elsewhere after it: the start of a word may move up to the line before, and
 * that line's end depends on the next character alone. */
enum { LINES_BEFORE = 2 };

/* The old lines that start behind a change and those that are wrapped anew share `starts`: the old ones stand at its end
 * meanwhile. As each line has a character, the two never meet. */
static u16 *save_tail(TextEdit *edit, u32 changed_end, u16 *count)
{
    u16 first = (u16)(line_of(edit, changed_end) + 1);
    u16 *tail;
    *count = edit->lines > first ? (u16)(edit->lines - first) : 0;
    tail = edit->starts + COUNT_OF(edit->starts) - *count;
    memmove(tail, edit->starts + first, *count * sizeof *tail);
    return tail;
}

/* The lines from `line` on are the old ones, `shift` characters further. */
static void append_tail(TextEdit *edit, u16 line, const u16 *tail, u16 count, s32 shift)
{
    edit->changed_end = line;
    while (count--)
        edit->starts[line++] = (u16)(*tail++ + shift);
    edit->starts[line] = (u16)edit->length;
    edit->lines = line;
}

/* Wraps the lines that a change at `at` may concern, until one starts where an old line did. A change takes the time of
 * the lines that it concerns, not of the text. */
static void wrap_change(TextEdit *edit, u32 at, u32 removed, u32 inserted)
{
    s32 shift = (s32)inserted - (s32)removed;
    u16 caret_line = line_of(edit, at);
    u16 line = caret_line > LINES_BEFORE ? (u16)(caret_line - LINES_BEFORE) : 0;
    u16 tail_count;
    u16 *tail = save_tail(edit, at + removed, &tail_count);
    bool same = true;
    edit->changed_first = line;
    edit->text[edit->length] = 0;
    for (u32 start = edit->starts[line]; ; ) {
        edit->starts[line++] = (u16)start;
        start = wrap_line(edit, start);
        if (start >= edit->length)
            break;
        same = same && line <= caret_line && edit->starts[line] == start;
        if (same)
            edit->changed_first = line;
        for (; tail_count && *tail + shift < (s32)start; tail++)
            tail_count--;
        if (tail_count && *tail + shift == (s32)start) {
            append_tail(edit, line, tail, tail_count, shift);
            return;
        }
    }
    end_lines(edit, line);
}

u32 line_end(const TextEdit *edit, u16 line)
{
    u32 end = edit->starts[line + 1];
    return end > edit->starts[line] && edit->text[end - 1] == RETURN ? end - 1 : end;
}

s16 offset_x(const TextEdit *edit, u32 offset)
{
    u32 start = edit->starts[line_of(edit, offset)];
    return text_width(edit->font, edit->text + start, offset - start);
}

u32 offset_at(const TextEdit *edit, u16 line, s16 x)
{
    u32 offset = edit->starts[line];
    u32 end = line_end(edit, line);
    /* A wrapped line's last offset is the next line's first: stop before its last space. */
    if (line + 1 < edit->lines && end == edit->starts[line + 1] && end > offset)
        end--;
    for (s16 at = 0; offset < end; offset++) {
        s16 width = char_width(edit->font, edit->text[offset]);
        if (x < at + width / 2)
            break;
        at = (s16)(at + width);
    }
    return offset;
}

/* ---- changes ---- */

void text_edit_start(TextEdit *edit, const Font *font)
{
    edit->font = font;
    edit->length = edit->anchor = edit->caret = 0;
    edit->goal_x = NO_GOAL;
    wrap(edit);
}

void text_edit_set_width(TextEdit *edit, s16 width)
{
    edit->width = width;
    wrap(edit);
}

bool text_edit_insert(TextEdit *edit, const char *text, u32 length)
{
    u32 start = selection_start(edit);
    u32 end = selection_end(edit);
    if (edit->length - (end - start) + length > TEXT_MAX)
        return false;
    memmove(edit->text + start + length, edit->text + end, edit->length - end);
    memcpy(edit->text + start, text, length);
    edit->length = edit->length - (end - start) + length;
    wrap_change(edit, start, end - start, length);
    text_edit_select(edit, start + length, start + length);
    return true;
}

void text_edit_delete(TextEdit *edit, bool forward)
{
    if (!has_selection(edit)) {
        if (forward && edit->caret < edit->length)
            edit->anchor = edit->caret + 1;
        else if (!forward && edit->caret > 0)
            edit->anchor = edit->caret - 1;
    }
    text_edit_insert(edit, "", 0);
}

/* ---- the selection ---- */

void text_edit_select(TextEdit *edit, u32 anchor, u32 caret)
{
    edit->anchor = anchor;
    edit->caret = caret;
    edit->goal_x = NO_GOAL;
}

static bool is_word(char c)
{
    u8 code = (u8)c;
    return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z') || code == '\''
        || code >= 0x80;
}

void text_edit_select_word(TextEdit *edit, u32 offset)
{
    u32 start = offset, end = offset;
    while (start > 0 && is_word(edit->text[start - 1]))
        start--;
    while (end < edit->length && is_word(edit->text[end]))
        end++;
    if (start == end && end < edit->length)
        end++;
    text_edit_select(edit, start, end);
}

static u32 word_left(const TextEdit *edit, u32 offset)
{
    while (offset > 0 && !is_word(edit->text[offset - 1]))
        offset--;
    while (offset > 0 && is_word(edit->text[offset - 1]))
        offset--;
    return offset;
}

static u32 word_right(const TextEdit *edit, u32 offset)
{
    while (offset < edit->length && !is_word(edit->text[offset]))
        offset++;
    while (offset < edit->length && is_word(edit->text[offset]))
        offset++;
    return offset;
}

/* Up and down keep their first column across shorter lines. */
static u32 moved_by_lines(TextEdit *edit, s32 lines)
{
    s32 line = line_of(edit, edit->caret) + lines;
    if (edit->goal_x == NO_GOAL)
        edit->goal_x = offset_x(edit, edit->caret);
    if (line < 0)
        return 0;
    return line >= edit->lines ? edit->length : offset_at(edit, (u16)line, edit->goal_x);
}

static u32 moved(TextEdit *edit, enum Move move, u16 page_lines)
{
    u32 caret = edit->caret;
    switch (move) {
    case MOVE_LEFT:       return caret > 0 ? caret - 1 : 0;
    case MOVE_RIGHT:      return caret < edit->length ? caret + 1 : caret;
    case MOVE_WORD_LEFT:  return word_left(edit, caret);
    case MOVE_WORD_RIGHT: return word_right(edit, caret);
    case MOVE_LINE_START: return edit->starts[line_of(edit, caret)];
    case MOVE_LINE_END:   return offset_at(edit, line_of(edit, caret), 32767);
    case MOVE_TEXT_START: return 0;
    case MOVE_TEXT_END:   return edit->length;
    case MOVE_UP:         return moved_by_lines(edit, -1);
    case MOVE_DOWN:       return moved_by_lines(edit, 1);
    case MOVE_PAGE_UP:    return moved_by_lines(edit, -(s32)page_lines);
    case MOVE_PAGE_DOWN:  return moved_by_lines(edit, page_lines);
    }
    return caret;
}

void text_edit_move(TextEdit *edit, enum Move move, bool extend, u16 page_lines)
{
    bool vertical = move == MOVE_UP || move == MOVE_DOWN || move == MOVE_PAGE_UP || move == MOVE_PAGE_DOWN;
    u32 caret = moved(edit, move, page_lines);
    s16 goal = edit->goal_x;
    /* Without shift, left and right move to that end of a selection. */
    if (!extend && has_selection(edit) && (move == MOVE_LEFT || move == MOVE_RIGHT))
        caret = move == MOVE_LEFT ? selection_start(edit) : selection_end(edit);
    text_edit_select(edit, extend ? edit->anchor : caret, caret);
    edit->goal_x = vertical ? goal : NO_GOAL;
}

/* ---- undo ---- */

void text_edit_remember(const TextEdit *edit, TextMemory *memory)
{
    memory->length = edit->length;
    memory->anchor = edit->anchor;
    memory->caret = edit->caret;
    memcpy(memory->text, edit->text, edit->length);
}

void text_edit_undo(TextEdit *edit, TextMemory *memory)
{
    static TextMemory present;
    text_edit_remember(edit, &present);
    edit->length = memory->length;
    memcpy(edit->text, memory->text, memory->length);
    wrap(edit);
    text_edit_select(edit, memory->anchor, memory->caret);
    *memory = present;
}
