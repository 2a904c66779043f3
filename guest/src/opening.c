#include "opening.h"

#include "files.h"
#include "memory.h"

static enum OpeningWith requested;
static char document[FILE_NAME_SIZE];

void opening_request(enum OpeningWith with, const char *name)
{
    requested = with;
    memcpy(document, name, FILE_NAME_SIZE);
}

enum OpeningWith opening_take(const char **name)
{
    enum OpeningWith with = requested;
    requested = OPEN_NOTHING;
    *name = document;
    return with;
}
