#include "tape.h"

#include "cursor.h"
#include "document.h"
#include "draw.h"
#include "memory.h"
#include "text.h"
#include "theme.h"

enum { TAPE_MAX = 32000, LINE_MAX = 16, MARGIN = 6, LEADING = 1 };

static char tape[TAPE_MAX];
static u32 length;
static bool started, ends_with_sign;
static Document document;

/* ---- the text: lines that end with a carriage return ---- */

static u32 line_start(u32 end)
{
    while (end && tape[end - 1] != '\r')
        end--;
    return end;
}

static void drop_first_line(void)
{
    u32 first = 0;
    while (first < length && tape[first++] != '\r')
        ;
    length -= first;
    memmove(tape, tape + first, length);
}

/* Only a tape that has a file has changes to save: most calculations are for the moment. */
static void changed(void)
{
    document.dirty = document.has_file;
}

void tape_add(Decimal number, char sign)
{
    char line[LINE_MAX];
    decimal_text(number, line);
    char *end = line + text_length(line);
    ends_with_sign = sign != TAPE_RESULT;
    if (ends_with_sign) {
        end = text_add_char(end, ' ');
        end = text_add_char(end, sign);
    } else {
        end = text_add_char(end, '\r');         /* an empty line follows */
    }
    end = text_add_char(end, '\r');
    while (length + (u32)(end - line) > TAPE_MAX)
        drop_first_line();
    memcpy(tape + length, line, (size_t)(end - line));
    length += (u32)(end - line);
    changed();
}

void tape_change_sign(char sign)
{
    if (!ends_with_sign)
        return;
    tape[length - 2] = sign;
    changed();
}

/* ---- drawing ---- */

void tape_draw(Rect box)
{
    const Font *font = &font_sans_12;
    s16 height = (s16)(font_height(font) + LEADING);
    s16 baseline = (s16)(box.bottom - MARGIN - font->descent);
    u32 end = length;
    draw_fill(box, THEME_PAPER);
    draw_frame(box, THEME_INK);
    while (end && baseline - font->ascent > box.top) {
        u32 start = line_start(end - 1);
        u32 count = end - 1 - start;
        draw_text(font, (s16)(box.right - MARGIN - text_width(font, tape + start, count)), baseline, tape + start, count, THEME_INK);
        baseline = (s16)(baseline - height);
        end = start;
    }
}

/* ---- the document ---- */

static void show(void)
{
    if (!document.window)
        return;
    drawing_begin();
    window_invalidate_all(document.window);
    windows_update();
    drawing_end();
}

static void clear(void)
{
    length = 0;
    ends_with_sign = false;
    show();
}

static s32 load(const char *name, bool *exact)
{
    static char text[TAPE_MAX];
    u32 whole;
    s32 result = file_read(name, FILE_AS_TEXT, text, TAPE_MAX - 1, &whole, exact);
    if (result != FILE_DONE)
        return result;
    if (whole > TAPE_MAX - 1)
        return FILE_TOO_LARGE;
    memcpy(tape, text, whole);
    length = whole;
    ends_with_sign = false;
    if (length && tape[length - 1] != '\r')
        tape[length++] = '\r';
    show();
    return FILE_DONE;
}

static s32 store(const char *name, u16 flags)
{
    return file_write(name, (u16)(flags | FILE_AS_TEXT), TYPE_TEXT, CREATOR_TEXT, tape, length);
}

static bool is_text(const FileEntry *entry)
{
    return entry->kind == TYPE_TEXT;
}

static const DocumentKind tapes = {.clear = clear, .load = load, .store = store, .shows = is_text, .untitled = "Calculator tape"};

void tape_open(Window *window)
{
    if (!started)
        document_start(&document, &tapes);
    started = true;
    document.window = window;
    if (files_have_disk())
        window->title = document.name;
}

void tape_close(void)
{
    document.window = NULL;
}

bool tape_can(enum Command command)
{
    switch (command) {
    case COMMAND_NEW:
    case COMMAND_SAVE:
    case COMMAND_SAVE_AS: return length > 0 && document_can(&document, command);
    case COMMAND_OPEN:    return document_can(&document, command);
    default:              return false;
    }
}

void tape_command(enum Command command)
{
    document_command(&document, command);
}

bool tape_may_close(void)
{
    return document_may_close(&document);
}
