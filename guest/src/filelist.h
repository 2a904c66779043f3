/* A list of documents: names with small icons, a scroll bar, one that is selected. Dialogs and the disk's window draw it and
 * pass it their events. Its box is local to the window and contains the scroll bar. */
#ifndef MOOF_FILELIST_H
#define MOOF_FILELIST_H

#include "events.h"
#include "files.h"
#include "windows.h"

enum { LISTED_MAX = 256, LIST_ROW = 18, NOTHING_SELECTED = -1, TYPED_MAX = 16 };

typedef struct {
    FileEntry entries[LISTED_MAX];
    u16 count, top;
    s16 selected;
    s16 wheel_rest;
    bool dimmed;                        /* the names cannot be chosen */
    bool (*shows)(const FileEntry *entry);                              /* NULL: all */
    struct { char text[TYPED_MAX]; u8 length; u32 when; } typed;        /* what selects a name */
} FileList;

s32 file_list_load(FileList *list);                                     /* keeps what is selected, by its name */
const FileEntry *file_list_selected(const FileList *list);              /* NULL for none */
bool file_list_has(const FileList *list, const char *name);             /* in either case */
void file_list_select_name(FileList *list, const char *name);

void file_list_draw(const FileList *list, Rect box, bool active);
/* These draw what they change. */
bool file_list_key(FileList *list, Window *window, Rect box, const Event *event);      /* arrows, and typed names */
Rect file_list_row(const FileList *list, Rect box, s16 row);
s16 file_list_row_at(const FileList *list, Rect box, Point local);      /* NOTHING_SELECTED for none */
void file_list_rename_selected(FileList *list, const char *name);       /* before the list is loaded anew */
void file_list_click(FileList *list, Window *window, Rect box, Point local);
void file_list_wheel(FileList *list, Window *window, Rect box, const Event *event);

void file_row_draw(const FileEntry *entry, Rect row, bool selected, bool dimmed);
const Art *file_small_icon(const FileEntry *entry);
char *size_text_add(char *end, u32 bytes);                              /* "12K", "3.4 MB" */

#endif
