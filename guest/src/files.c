#include "files.h"

#include "idle.h"
#include "machine.h"
#include "memory.h"
#include "text.h"

enum { LIST = 1, READ, WRITE, RENAME, TRASH, EMPTY_TRASH, SPACE };
enum { INEXACT = 1 };

static bool have_disk, busy;

static void set_name(u8 *field, const char *name)
{
    u32 length = text_length(name);
    length = length < FILE_NAME_SIZE ? length : FILE_NAME_SIZE - 1;
    field[0] = (u8)length;
    memcpy(field + 1, name, length);
}

static FileAnswer ask(const FileBlock *block)
{
    FileAnswer answer;
    if (busy || !file_request(block))
        return (FileAnswer){FILE_IO_ERROR, 0, 0, 0};
    busy = true;
    while ((answer = file_result()).result == FILE_IN_PROGRESS)
        idle_wait();
    busy = false;
    return answer;
}

s32 file_list(FileEntry *entries, u16 room, u16 *count)
{
    FileBlock block = {.operation = LIST, .buffer = entries, .length = room * sizeof *entries};
    FileAnswer answer = ask(&block);
    *count = answer.result == FILE_DONE ? (u16)answer.count : 0;
    for (u16 i = 0; i < *count; i++) {
        u8 length = (u8)entries[i].name[0];
        memmove(entries[i].name, entries[i].name + 1, length);
        entries[i].name[length] = 0;
    }
    return answer.result;
}

s32 file_read(const char *name, u16 flags, void *buffer, u32 size, u32 *length, bool *exact)
{
    FileBlock block = {.operation = READ, .flags = flags, .buffer = buffer, .length = size};
    set_name(block.name, name);
    FileAnswer answer = ask(&block);
    *length = answer.total;
    *exact = !(answer.extra & INEXACT);
    return answer.result;
}

s32 file_write(const char *name, u16 flags, u32 kind, u32 creator, const void *data, u32 length)
{
    FileBlock block = {.operation = WRITE, .flags = flags, .buffer = (void *)data, .length = length, .kind = kind, .creator = creator};
    set_name(block.name, name);
    return ask(&block).result;
}

s32 file_rename(const char *name, const char *new_name)
{
    FileBlock block = {.operation = RENAME};
    set_name(block.name, name);
    set_name(block.new_name, new_name);
    return ask(&block).result;
}

s32 file_trash(const char *name)
{
    FileBlock block = {.operation = TRASH};
    set_name(block.name, name);
    return ask(&block).result;
}

s32 file_empty_trash(void)
{
    FileBlock block = {.operation = EMPTY_TRASH};
    return ask(&block).result;
}

s32 file_space(DiskSpace *space)
{
    FileBlock block = {.operation = SPACE};
    FileAnswer answer = ask(&block);
    *space = (DiskSpace){answer.count, answer.total, answer.extra};
    return answer.result;
}

bool file_is_picture(const FileEntry *entry)
{
    switch (entry->kind) {
    case TYPE_PICTURE:
    case FOUR_CHARS('J', 'P', 'E', 'G'):
    case FOUR_CHARS('G', 'I', 'F', 'f'):
    case FOUR_CHARS('B', 'M', 'P', 'f'): return true;
    default:                             return false;
    }
}

void files_start(void)
{
    DiskSpace space;
    have_disk = file_space(&space) == FILE_DONE;
}

bool files_have_disk(void) { return have_disk; }
bool files_are_busy(void) { return busy; }

const char *file_error_text(s32 result)
{
    switch (result) {
    case FILE_DISK_FULL:       return "the disk is full";
    case FILE_NO_DISK:         return "the disk is missing";
    case FILE_BAD_NAME:        return "a name cannot have a colon";
    case FILE_NOT_FOUND:       return "it is no longer on the disk";
    case FILE_WRITE_PROTECTED: return "the disk is locked";
    case FILE_LOCKED:          return "it is locked";
    case FILE_NAME_TAKEN:      return "that name is already taken";
    case FILE_NO_PERMISSION:   return "the disk does not allow it";
    case FILE_NO_PICTURE:      return "it is not a picture that can be read";
    case FILE_TOO_LARGE:       return "it is too large";
    default:                   return "a disk error occurred";
    }
}
