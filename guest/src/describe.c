#include "describe.h"

#include "lowmem.h"
#include "machine.h"
#include "memory.h"
#include "text.h"

enum { PARTS_MAX = 49152, PAUSE_TICKS = 15, HEAD = 2 };

bool describing;

static volatile bool wanted, asked;         /* asked: the next description goes to the host in any case */
static char parts[PARTS_MAX];
static u32 parts_length;
static u32 described_at, described_sequence;

void describe_start(void)
{
    describing = wanted = asked = false;
}

void describe_want(bool now)
{
    wanted = asked = now;
}

void describe_part(enum PartKind kind, u8 state, const char *text, u32 length)
{
    if (parts_length + HEAD + length + 1 > PARTS_MAX)
        return;
    char *to = parts + parts_length;
    to[0] = (char)kind;
    to[1] = (char)('0' + state);
    memcpy(to + HEAD, text, length);
    to[HEAD + length] = 0;
    parts_length += HEAD + length + 1;
}

void describe_string(enum PartKind kind, u8 state, const char *text)
{
    describe_part(kind, state, text, text_length(text));
}

bool describe_due(void)
{
    return wanted && (asked || (TICKS - described_at >= PAUSE_TICKS && SCREEN_SEQUENCE != described_sequence));
}

void describe_begin(void)
{
    asked = false;
    described_at = TICKS;
    described_sequence = SCREEN_SEQUENCE;
    parts_length = 0;
    describing = true;
}

void describe_end(void)
{
    describing = false;
    screen_text_report(parts, parts_length);
}
