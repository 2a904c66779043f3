/* The document of a program: its file, whether it has changes, and New, Open, Save and Save As. A program has one, and calls
 * these outside of drawing_begin and drawing_end. */
#ifndef MOOF_DOCUMENT_H
#define MOOF_DOCUMENT_H

#include "files.h"
#include "windows.h"

typedef struct Document Document;

/* What a program does with its documents. */
typedef struct {
    void (*clear)(void);                                    /* begins an empty document, and shows it */
    /* Shows a document's contents. FILE_DONE, else the document stays as it was. `exact` as in file_read. */
    s32 (*load)(const char *name, bool *exact);
    s32 (*store)(const char *name, u16 flags);              /* flags: FILE_REPLACE or 0 */
    bool (*shows)(const FileEntry *entry);                  /* whether it can open it */
    const char *untitled;
} DocumentKind;

struct Document {
    const DocumentKind *kind;
    Window *window;                     /* NULL while closed */
    char name[FILE_NAME_SIZE];          /* its title */
    bool has_file;                      /* Save stores it under its name; else it asks for one */
    bool dirty;
};

void document_start(Document *document, const DocumentKind *kind);
void document_show_title(Document *document);
bool document_can(const Document *document, enum Command command);      /* New, Open, Save, Save As */
void document_command(Document *document, enum Command command);
bool document_may_close(Document *document);                            /* asks whether to save; forgets what need not be saved */
bool document_open(Document *document, const char *name);               /* in place of the one that is shown, about which it asks */

#endif
