/* An edited text: its characters, line breaks and selection. It draws nothing; apps/notes.c does.
 *
 * Offsets lie between characters: 0 is before the first. Lines end after a space, a hyphen or a return (0x0D). */
#ifndef MOOF_TEXTEDIT_H
#define MOOF_TEXTEDIT_H

#include "font.h"

enum { TEXT_MAX = 32768 };

typedef struct {
    const Font *font;
    s16 width;                          /* of the lines, in pixels */
    u32 length;
    u32 anchor, caret;                  /* the selection is between them; the caret is the end that moves */
    s16 goal_x;                         /* the column of up and down; NO_GOAL after any other move */
    u16 lines;                          /* at least 1 */
    u16 changed_first, changed_end;     /* the lines that the last change made different, if no line came or went */
    u16 starts[TEXT_MAX + 2];           /* of each line; starts[lines] is the length */
    char text[TEXT_MAX + 1];            /* Mac Roman, terminated */
} TextEdit;

enum Move {
    MOVE_LEFT, MOVE_RIGHT, MOVE_UP, MOVE_DOWN, MOVE_WORD_LEFT, MOVE_WORD_RIGHT,
    MOVE_LINE_START, MOVE_LINE_END, MOVE_TEXT_START, MOVE_TEXT_END, MOVE_PAGE_UP, MOVE_PAGE_DOWN,
};

void text_edit_start(TextEdit *edit, const Font *font);
void text_edit_set_width(TextEdit *edit, s16 width);

static inline u32 selection_start(const TextEdit *edit) { return edit->anchor < edit->caret ? edit->anchor : edit->caret; }
static inline u32 selection_end(const TextEdit *edit) { return edit->anchor < edit->caret ? edit->caret : edit->anchor; }
static inline bool has_selection(const TextEdit *edit) { return edit->anchor != edit->caret; }

/* Replaces the selection; false when the text would become too long. */
bool text_edit_insert(TextEdit *edit, const char *text, u32 length);
void text_edit_delete(TextEdit *edit, bool forward);        /* the selection, else one character */
void text_edit_select(TextEdit *edit, u32 anchor, u32 caret);
void text_edit_select_word(TextEdit *edit, u32 offset);
void text_edit_move(TextEdit *edit, enum Move move, bool extend, u16 page_lines);

/* Undo of one step: remember before a change; undo exchanges the remembered text with the current one, so a second undo redoes. */
typedef struct {
    u32 length, anchor, caret;
    char text[TEXT_MAX];
} TextMemory;

void text_edit_remember(const TextEdit *edit, TextMemory *memory);
void text_edit_undo(TextEdit *edit, TextMemory *memory);

u16 line_of(const TextEdit *edit, u32 offset);
u32 line_end(const TextEdit *edit, u16 line);               /* without the return */
s16 offset_x(const TextEdit *edit, u32 offset);
u32 offset_at(const TextEdit *edit, u16 line, s16 x);

#endif
