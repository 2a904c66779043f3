#include "clipboard.h"

#include "machine.h"
#include "memory.h"
#include "textedit.h"

static char contents[TEXT_MAX];
static u32 contents_length;

void clipboard_put(const char *text, u32 length)
{
    contents_length = length < TEXT_MAX ? length : TEXT_MAX;
    memcpy(contents, text, contents_length);
    clipboard_write(contents, contents_length);
}

const char *clipboard_text(u32 *length)
{
    s32 read = clipboard_read(contents, TEXT_MAX);
    if (read != CLIPBOARD_UNCHANGED)
        contents_length = (u32)read;
    *length = contents_length;
    return contents;
}
