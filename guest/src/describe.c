#include "describe.h"

#include "lowmem.h"
#include "machine.h"
#include "memory.h"
#include "text.h"
#include "windows.h"

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

static void describe_window(Window *window)
{
    Region nothing;
    Rect content = window_content(window);
    u8 state = window == window_active() ? PART_ACTIVE : 0;
    region_clear(&nothing);
    port_set((Point){content.left, content.top}, &nothing);
    if (window->kind == WINDOW_DOCUMENT)
        describe_string(PART_WINDOW, state, window->title ? window->title : window->app->name);
    else if (window->kind == WINDOW_DIALOG)
        describe_string(PART_DIALOG, PART_ACTIVE, "");
    else if (window->kind == WINDOW_DESKTOP)
        describe_string(PART_DESKTOP, 0, "");
    window->app->draw(window);
}

/* The menu bar comes first, then the windows from front to back. */
static void describe_all(void)
{
    parts_length = 0;
    describing = true;
    for (Window *window = window_top(); window; window = window->below)
        if (window->kind == WINDOW_MENU_BAR)
            describe_window(window);
    for (Window *window = window_top(); window; window = window->below)
        if (window->kind != WINDOW_MENU_BAR && window->kind != WINDOW_LAYER)
            describe_window(window);
    describing = false;
}

void describe_idle(void)
{
    if (!wanted || (!asked && (TICKS - described_at < PAUSE_TICKS || SCREEN_SEQUENCE == described_sequence)))
        return;
    asked = false;
    described_at = TICKS;
    described_sequence = SCREEN_SEQUENCE;
    describe_all();
    screen_text_report(parts, parts_length);
}
