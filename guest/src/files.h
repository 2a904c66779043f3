/* The disk's documents. All of these wait for the host, while sound and windows continue: call them outside of
 * drawing_begin and drawing_end. Names are C strings in Mac Roman. */
#ifndef MOOF_FILES_H
#define MOOF_FILES_H

#include "types.h"

enum { FILE_NAME_SIZE = 32 };           /* with the 0 at its end */

#define FOUR_CHARS(a, b, c, d) ((u32)(a) << 24 | (u32)(b) << 16 | (u32)(c) << 8 | (u32)(d))
#define TYPE_TEXT    FOUR_CHARS('T', 'E', 'X', 'T')
#define CREATOR_TEXT FOUR_CHARS('t', 't', 'x', 't')
#define TYPE_PICTURE FOUR_CHARS('P', 'N', 'G', 'f')
#define CREATOR_PICTURE FOUR_CHARS('o', 'g', 'l', 'e')

/* The numbers of Inside Macintosh. */
enum FileResult {
    FILE_DONE = 0, FILE_IN_PROGRESS = 1, FILE_DISK_FULL = -34, FILE_NO_DISK = -35, FILE_IO_ERROR = -36, FILE_BAD_NAME = -37,
    FILE_NOT_FOUND = -43, FILE_WRITE_PROTECTED = -44, FILE_LOCKED = -45, FILE_NAME_TAKEN = -48, FILE_BAD_PARAMETER = -50,
    FILE_NO_PERMISSION = -54, FILE_TOO_LARGE = -108, FILE_NO_PICTURE = -8960,
};

enum FileFlags { FILE_REPLACE = 1, FILE_AS_TEXT = 2, FILE_AS_PICTURE = 4 };

typedef struct {
    char name[FILE_NAME_SIZE];
    u32 kind, creator, size, modified;  /* size in bytes, modified in seconds since 1904 */
    u8 locked, unused[7];
} FileEntry;

typedef struct { u32 free, total, trashed; } DiskSpace;                 /* kilobytes, documents in the Trash */

/* Whether it is a picture of a kind that FILE_AS_PICTURE reads. */
bool file_is_picture(const FileEntry *entry);

s32 file_list(FileEntry *entries, u16 room, u16 *count);                /* in the order of their names */
/* `length` is that of the whole document, which may be more than `size`. `exact` is false if a text lacks characters that the
 * Mac does not have. */
s32 file_read(const char *name, u16 flags, void *buffer, u32 size, u32 *length, bool *exact);
s32 file_write(const char *name, u16 flags, u32 kind, u32 creator, const void *data, u32 length);
s32 file_rename(const char *name, const char *new_name);
s32 file_trash(const char *name);
s32 file_empty_trash(void);
s32 file_space(DiskSpace *space);

/* Whether the Mac has a disk: found out when it starts. */
void files_start(void);
bool files_have_disk(void);
bool files_are_busy(void);                                              /* one of the functions above waits */

const char *file_error_text(s32 result);                                /* a clause, after "because" */

#endif
