#include "events.h"

#include "describe.h"
#include "lowmem.h"
#include "machine.h"
#include "memory.h"
#include "screen.h"

enum {
    RING = 1024,                /* consecutive moves and turns of the wheel are merged */
    KEYS_END = RING - 16,       /* the rest of the ring is for the mouse */
    READ_AHEAD = 64,            /* events that wait for the program while the machine keeps the others */
    REPEAT_DELAY = 24,          /* ticks, the first values of KeyThresh, KeyRepThresh and DoubleTime */
    REPEAT_INTERVAL = 3,
    DOUBLE_CLICK_TICKS = 30,
};

static Event ring[RING];
static volatile u16 first, count;
static volatile bool adb_waits;          /* the ring was full: the machine's queue has more */
static volatile bool fresh;              /* something was posted since the last wait */
static u32 last_wait;
static volatile u32 wanted_size;         /* of the screen, until the main program takes it */
static u8 buttons;
static u16 modifiers;

static struct {
    Event event;
    u32 due;
    bool active;
} repeat;

u32 ticks(void) { return TICKS; }
bool mouse_is_down(void) { return buttons & 1; }
u16 modifiers_now(void) { return modifiers; }

Point mouse_position(void)
{
    u32 raw = MOUSE;
    return (Point){(s16)raw, (s16)(raw >> 16)};
}

static void set_mouse(s16 x, s16 y)
{
    s16 right = (s16)(screen.width - 1);
    s16 bottom = (s16)(screen.height - 1);
    x = x < 0 ? 0 : x > right ? right : x;
    y = y < 0 ? 0 : y > bottom ? bottom : y;
    MOUSE = (u32)(u16)y << 16 | (u16)x;
    MOUSE_RAW = MOUSE;
    MOUSE_TEMP = MOUSE;
    CURSOR_NEW = 1;
}

void events_start(void)
{
    first = count = 0;
    adb_waits = false;
    buttons = 0;
    modifiers = 0;
    wanted_size = 0;
    describe_start();
    repeat.active = false;
    KEY_THRESH = REPEAT_DELAY;
    KEY_REP_THRESH = REPEAT_INTERVAL;
    DOUBLE_TIME = DOUBLE_CLICK_TICKS;
    for (u8 i = 0; i < 16; i++)
        KEY_MAP[i] = 0;
    set_mouse((s16)(screen.width / 2), (s16)(screen.height / 2));
}

void events_screen_changed(void)
{
    Point mouse = mouse_position();
    set_mouse(mouse.x, mouse.y);
}

u32 events_wanted_size(void)
{
    u16 status = interrupts_off();
    u32 size = wanted_size;
    wanted_size = 0;
    interrupts_restore(status);
    return size;
}

static s16 sum16(s16 a, s16 b)
{
    s32 sum = (s32)a + b;
    return (s16)(sum < -0x8000 ? -0x8000 : sum > 0x7FFF ? 0x7FFF : sum);
}

static bool merge(Event *last, const Event *event)
{
    Point before = last->scrolled;
    if (last->kind != event->kind || !(event->kind & (EVENT_MOUSE_MOVED | EVENT_WHEEL)))
        return false;
    *last = *event;
    if (event->kind == EVENT_WHEEL)
        last->scrolled = (Point){sum16(before.x, event->scrolled.x), sum16(before.y, event->scrolled.y)};
    return true;
}

static void post(const Event *event)
{
    u16 end = event->kind == EVENT_KEY ? KEYS_END : RING;
    bool merged = count && merge(&ring[(first + count - 1) % RING], event);
    if (!merged && count < end)
        ring[(first + count++) % RING] = *event;
    fresh = true;
}

static void mouse_event(s16 x, s16 y, u8 now_down)
{
    Event event = {.when = TICKS, .modifiers = modifiers};
    u8 before = buttons & 1;
    set_mouse(x, y);
    event.where = mouse_position();
    event.kind = EVENT_MOUSE_MOVED;
    if (now_down & ~buttons)
        keyboard_drop_accent();
    buttons = now_down;
    if ((now_down & 1) != before)
        event.kind = now_down & 1 ? EVENT_MOUSE_DOWN : EVENT_MOUSE_UP;
    post(&event);
}

/* While a button is held nothing takes the wheel from the ring: the turn is dropped. */
static void wheel_event(s16 dx, s16 dy)
{
    Event event = {.kind = EVENT_WHEEL, .when = TICKS, .modifiers = modifiers, .where = mouse_position(), .scrolled = {dx, dy}};
    if (!buttons)
        post(&event);
}

static void key_event(u8 code, bool down, u16 new_modifiers)
{
    u8 bit = (u8)(1 << (code & 7));
    modifiers = new_modifiers;
    KEY_MAP[code >> 3] = (u8)(down ? KEY_MAP[code >> 3] | bit : KEY_MAP[code >> 3] & ~bit);
    if (!down) {
        if (repeat.event.code == code)
            repeat.active = false;
        return;
    }
    Event event = {.kind = EVENT_KEY, .code = code, .modifiers = modifiers, .when = TICKS};
    Typed typed = keyboard_type(code, modifiers);
    if (!typed.count && !keyboard_accent())
        return;                 /* a modifier */
    for (u8 i = 0; i < typed.count; i++) {
        event.character = typed.characters[i];
        post(&event);
    }
    repeat.event = event;
    repeat.due = TICKS + KEY_THRESH;
    repeat.active = typed.count && !(modifiers & MOD_COMMAND);
}

/* Events wait in the machine until the program has taken those before, so that no key is lost however long it takes, and
 * the host knows how many keys it has taken. But while a button is held, no key is taken from the ring: events are read all
 * the same, for the release, until the ring is full of keys. */
static bool has_room(void)
{
    adb_waits = count >= READ_AHEAD;
    return !adb_waits || buttons;
}

void events_read_adb(void)
{
    while (has_room()) {
        AdbEvent adb = adb_read();
        s16 x = (s16)(adb.data >> 16);
        s16 y = (s16)adb.data;
        Point mouse = mouse_position();
        switch (adb.kind) {
        case ADB_KEY_DOWN:
        case ADB_KEY_UP:
            key_event((u8)adb.data, adb.kind == ADB_KEY_DOWN, (u16)adb.extra);
            break;
        case ADB_MOUSE_ABSOLUTE:
            mouse_event(x, y, (u8)adb.extra);
            break;
        case ADB_MOUSE_RELATIVE:
            mouse_event((s16)(mouse.x + x), (s16)(mouse.y + y), (u8)adb.extra);
            break;
        case ADB_WHEEL:
            wheel_event(x, y);
            break;
        case ADB_KEYBOARD_LAYOUT:
            keyboard_set_layout((u8)adb.data);
            break;
        case ADB_SCREEN_SIZE:
            wanted_size = adb.data;
            fresh = true;
            break;
        case ADB_READ_SCREEN:
            describe_want(adb.data != 0);
            fresh = true;
            break;
        case ADB_NONE:
            return;
        }
    }
}

static void remove_from_ring(u16 index)
{
    for (; index + 1 < count; index++)
        ring[(first + index) % RING] = ring[(first + index + 1) % RING];
    count--;
}

static bool take_from_ring(u16 kinds, Event *event)
{
    for (u16 i = 0; i < count; i++) {
        *event = ring[(first + i) % RING];
        if (!(event->kind & kinds))
            continue;
        if (i == 0) {
            first = (first + 1) % RING;
            count--;
        } else {
            remove_from_ring(i);
        }
        return true;
    }
    return false;
}

static bool take_repeat(u16 kinds, Event *event)
{
    if (!(kinds & EVENT_KEY) || !repeat.active || (s32)(TICKS - repeat.due) < 0)
        return false;
    *event = repeat.event;
    event->when = TICKS;
    repeat.due = TICKS + KEY_REP_THRESH;
    return true;
}

bool event_take(u16 kinds, Event *event)
{
    u16 status = interrupts_off();
    bool taken = take_from_ring(kinds, event) || take_repeat(kinds, event);
    if (taken && adb_waits)
        events_read_adb();
    interrupts_restore(status);
    return taken;
}

static bool types_character(const Event *event)
{
    return event->kind == EVENT_KEY && event->character >= ' ' && event->character != KEY_DELETE
        && !(event->modifiers & (MOD_COMMAND | MOD_CONTROL));
}

u16 event_take_typing(char *text, u16 room)
{
    u16 length = 0;
    u16 status = interrupts_off();
    for (; length < room && count && types_character(&ring[first]); count--) {
        text[length++] = (char)ring[first].character;
        first = (first + 1) % RING;
    }
    if (adb_waits)
        events_read_adb();
    interrupts_restore(status);
    return length;
}

void event_wait(void)
{
    u16 status = interrupts_off();
    if (!fresh && TICKS == last_wait)
        stop_until_interrupt();
    interrupts_restore(status);
    fresh = false;
    last_wait = TICKS;
}
