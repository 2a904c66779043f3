#include "document.h"

#include "alert.h"
#include "cursor.h"
#include "filedialog.h"
#include "memory.h"
#include "text.h"

static void set_name(Document *document, const char *name, bool has_file)
{
    memcpy(document->name, name, text_length(name) + 1);
    document->has_file = has_file;
    document->dirty = false;
}

void document_show_title(Document *document)
{
    if (!document->window)
        return;
    drawing_begin();
    window_set_title(document->window, document->name);
    windows_update();
    drawing_end();
}

void document_start(Document *document, const DocumentKind *kind)
{
    document->kind = kind;
    set_name(document, kind->untitled, false);
}

static void begin(Document *document)
{
    document->kind->clear();
    set_name(document, document->kind->untitled, false);
    document_show_title(document);
}

/* ---- saving ---- */

static bool store(Document *document, const char *name, u16 flags)
{
    s32 result = document->kind->store(name, flags);
    if (result != FILE_DONE) {
        alert_file_error(name, "saved", result);
        return false;
    }
    set_name(document, name, true);
    document_show_title(document);
    return true;
}

/* A name that is taken only now, or that the disk does not accept, leads back to the dialog. */
static bool save_as(Document *document)
{
    char name[FILE_NAME_SIZE];
    bool replace;
    memcpy(name, document->name, FILE_NAME_SIZE);
    while (file_dialog_save(name, &replace))
        if (store(document, name, replace ? FILE_REPLACE : 0))
            return true;
    return false;
}

static bool save(Document *document)
{
    return document->has_file ? store(document, document->name, FILE_REPLACE) : save_as(document);
}

bool document_may_close(Document *document)
{
    char text[ALERT_TEXT_SIZE];
    if (!document->dirty || !files_have_disk())
        return true;
    char *end = text_add(text, "Save changes to the document " OPEN_QUOTE);
    end = text_add(end, document->name);
    text_add(end, CLOSE_QUOTE " before closing?");
    Alert question = {.text = text, .ok = "Save", .cancel = "Cancel", .other = "Don" APOSTROPHE "t Save"};
    switch (alert_run(&question)) {
    case DIALOG_OK:    return save(document);
    case DIALOG_OTHER: return true;
    default:           return false;
    }
}

/* ---- opening ---- */

bool document_open(Document *document, const char *name)
{
    bool exact;
    if (!document_may_close(document))
        return false;
    s32 result = document->kind->load(name, &exact);
    if (result != FILE_DONE) {
        alert_file_error(name, "opened", result);
        return false;
    }
    /* What the Mac cannot show would be lost if it replaced the file: Save asks for another name. */
    set_name(document, name, exact);
    document_show_title(document);
    return true;
}

static void open(Document *document)
{
    char name[FILE_NAME_SIZE];
    if (file_dialog_open(name, document->kind->shows))
        document_open(document, name);
}

/* ---- commands ---- */

bool document_can(const Document *document, enum Command command)
{
    switch (command) {
    case COMMAND_NEW:     return true;
    case COMMAND_OPEN:
    case COMMAND_SAVE_AS: return files_have_disk();
    case COMMAND_SAVE:    return files_have_disk() && (document->dirty || !document->has_file);
    default:              return false;
    }
}

void document_command(Document *document, enum Command command)
{
    switch (command) {
    case COMMAND_NEW:
        if (document_may_close(document))
            begin(document);
        break;
    case COMMAND_OPEN:    open(document); break;
    case COMMAND_SAVE:    save(document); break;
    case COMMAND_SAVE_AS: save_as(document); break;
    default:              break;
    }
}
