/* Starts the desktop, then passes each event to its window, the menus or the desktop. */
#include "actions.h"
#include "art_data.h"
#include "cursor.h"
#include "apps/apps.h"
#include "desktop.h"
#include "files.h"
#include "idle.h"
#include "lowmem.h"
#include "machine.h"
#include "menubar.h"
#include "menus.h"
#include "opening.h"
#include "programs.h"
#include "screenmode.h"
#include "settings.h"
#include "sound.h"
#include "track.h"

void moof(void);

/* In the machine's mode: that of the command line, else that of XPRAM. */
static void start_screen(void)
{
    u32 size = machine_info(INFO_MODE_SIZE);
    screen_set_mode((u16)(size >> 16), (u16)size, (u8)machine_info(INFO_MODE_DEPTH));
}

static void clear_low_memory(void)
{
    for (u32 address = 0xB00; address < 0xB40; address += 4)
        LOWMEM(u32, address) = 0;
    MEM_TOP = machine_info(INFO_RAM_SIZE);
    TICKS = 0;
    TIME = clock_seconds();
}

static void start(void)
{
    clear_low_memory();
    settings_start();
    start_screen();
    keyboard_start();
    events_start();
    cursor_start(mouse_position());
    sound_start();
    drawing_begin();
    windows_start(&app_desktop, &app_menu_bar);
    windows_update();
    drawing_end();
    MOOF_GLOBALS = MOOF_SIGNATURE;
    interrupts_restore(0x2000);
}

static const char READ_ME[] = "Read Me";

/* Shows what a new disk has to say, once. */
static void welcome(void)
{
    u32 length;
    bool exact;
    char nothing[1];
    if (!files_have_disk() || settings_read(SETTING_WELCOMED))
        return;
    settings_write(SETTING_WELCOMED, 1);
    if (file_read(READ_ME, 0, nothing, 0, &length, &exact) != FILE_DONE)
        return;                                         /* a folder of the user's own, which Moof writes nothing into */
    program_open(&app_notes);
    notes_show(READ_ME);
}

/* ---- the mouse on a window ---- */

static void drag(Window *window, Point start)
{
    Point last = start;
    Point where = start;
    enum TrackStep step;
    do {
        step = track_mouse(&where);
        if (where.y < MENU_BAR_HEIGHT + 2)
            where.y = MENU_BAR_HEIGHT + 2;              /* a title bar under the menu bar could not be clicked */
        if (step != TRACK_TICK)
            window_move(window, (s16)(where.x - last.x), (s16)(where.y - last.y));
        last = where;
    } while (step != TRACK_UP);
}

static s16 at_least(s16 value, s16 least) { return value < least ? least : value; }

static void grow(Window *window, Point start)
{
    Rect frame = window->frame;
    Point where = start;
    enum TrackStep step;
    do {
        step = track_mouse(&where);
        s16 width = at_least((s16)(rect_width(frame) + where.x - start.x), window->app->min_width);
        s16 height = at_least((s16)(rect_height(frame) + where.y - start.y), window->app->min_height);
        if (step != TRACK_TICK && (width != rect_width(window->frame) || height != rect_height(window->frame)))
            window_resize(window, width, height);
    } while (step != TRACK_UP);
}

/* The close box closes the window when the mouse is released inside it. */
static void press_close_box(Window *window, Point where)
{
    while (track_mouse(&where) != TRACK_UP)
        ;
    if (rect_contains(window_close_box(window), where))
        desktop_close_window(window);
}

static void click_document(Window *window, const Event *event)
{
    bool was_active = window == window_active();
    if (!was_active) {
        drawing_begin();
        window_front(window);
        windows_update();
        drawing_end();
    }
    if (rect_contains(window_content(window), event->where)) {
        if (rect_contains(window_grow_box(window), event->where))
            grow(window, event->where);
        else if (was_active && window->app->click)
            window->app->click(window, event, window_local(window, event->where));
    } else if (was_active && rect_contains(rect_inset(window_close_box(window), -2, -2), event->where)) {
        press_close_box(window, event->where);
    } else {
        drag(window, event->where);
    }
}

static void mouse_down(const Event *event)
{
    Window *window = window_at(event->where);
    switch (window->kind) {
    case WINDOW_MENU_BAR: menus_click(event->where); break;
    case WINDOW_DESKTOP:  desktop_click(event); break;
    case WINDOW_DOCUMENT: click_document(window, event); break;
    }
}

/* ---- everything else ---- */

static void key_down(const Event *event)
{
    Window *window = window_active();
    if (menus_key(event))
        return;
    if (!window)
        desktop_key(event);
    else if (window->app->key)
        window->app->key(window, event);
}

static void wheel_turned(const Event *event)
{
    Window *window = window_at(event->where);
    if (window->app->wheel)
        window->app->wheel(window, event);
}

static void choose_cursor(void)
{
    Point where = mouse_position();
    Window *window = window_at(where);
    const Art *shape = &art_cursor_arrow;
    if (window->app->cursor && window == window_active() && rect_contains(window_content(window), where)
        && !rect_contains(window_grow_box(window), where))
        shape = window->app->cursor(window, window_local(window, where));
    cursor_shape(shape);
}

static void open_requested(void)
{
    const char *name;
    switch (opening_take(&name)) {
    case OPEN_WITH_NOTES:
        program_open(&app_notes);
        notes_show(name);
        break;
    case OPEN_WITH_SKETCH:
        program_open(&app_sketch);
        sketch_show(name);
        break;
    default:
        break;
    }
}

static void handle(const Event *event)
{
    switch (event->kind) {
    case EVENT_MOUSE_DOWN: mouse_down(event); break;
    case EVENT_KEY:        key_down(event); break;
    case EVENT_WHEEL:      wheel_turned(event); break;
    }
    open_requested();
    choose_cursor();
}

/* The size that the host asks for, in place of that of Monitors: XPRAM keeps the latter. */
static void follow_host_size(void)
{
    u32 size = events_wanted_size();
    u16 width = (u16)(size >> 16), height = (u16)size;
    if (size && (width != screen.width || height != screen.height))
        screen_mode_change(width, height, screen.depth);
}

void moof(void)
{
    Event event;
    start();
    files_start();
    if (files_have_disk())
        desktop_disk_found();
    welcome();
    for (;;) {
        while (event_take(EVENTS_ALL, &event))
            handle(&event);
        follow_host_size();
        idle_wait();
    }
}
