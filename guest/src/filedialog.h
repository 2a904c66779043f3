/* The dialogs that ask for a document: Open, and Save As ("Inside Macintosh: Files", Standard File Package). */
#ifndef MOOF_FILEDIALOG_H
#define MOOF_FILEDIALOG_H

#include "files.h"

/* True when one was chosen; `name` is that document's, at least FILE_NAME_SIZE long. */
bool file_dialog_open(char *name, bool (*shows)(const FileEntry *entry));
/* True when a name was given, at first that in `name`; `replace` is whether the user wants a document of that name replaced. */
bool file_dialog_save(char *name, bool *replace);

#endif
