/* Sketch: a drawing program with eight tools, three brushes and sixteen colours. */
#include "apps.h"
#include "art_data.h"
#include "canvas.h"
#include "controls.h"
#include "document.h"
#include "files.h"
#include "memory.h"
#include "theme.h"
#include "track.h"

enum {
    SHEET_WIDTH = 560, SHEET_HEIGHT = 400,
    PANEL = 62, CELL = 26, TOOLS_TOP = 6, BRUSHES_TOP = TOOLS_TOP + 4 * CELL + 8, COLOURS_TOP = BRUSHES_TOP + 30, COLOUR_HEIGHT = 16,
    PANEL_LEFT = 5, BRUSHES = 3, COLOURS = 16, WHITE_INK = 1,
};

enum Tool { PENCIL, LINE, FRAME, BOX, OVAL, DISC, BUCKET, ERASER, TOOLS };

static const Art *const tool_art[TOOLS] = {
    &art_tool_pencil, &art_tool_line, &art_tool_frame, &art_tool_box,
    &art_tool_oval, &art_tool_disc, &art_tool_bucket, &art_tool_eraser,
};

static const u8 brush_sizes[BRUSHES] = {1, 3, 7};

/* Pairs, left and right; all of them are in the eight-bit palette. */
static const Colour colours[COLOURS] = {
    BLACK, WHITE, RGB(102, 102, 102), RGB(204, 204, 204), RGB(153, 0, 0), RGB(255, 51, 51), RGB(204, 102, 0), RGB(255, 204, 0),
    RGB(0, 102, 51), RGB(102, 204, 51), RGB(0, 51, 153), RGB(51, 153, 255), RGB(102, 0, 153), RGB(204, 102, 255),
    RGB(102, 51, 0), RGB(255, 204, 153),
};

/* The form in which a picture goes to the disk and comes from it (docs/guest.md). */
static struct {
    u16 width, height, colour_count, unused;
    Colour colours[COLOURS];
    u8 pixels[SHEET_WIDTH * SHEET_HEIGHT];
} picture;
static u8 *const sheet_pixels = picture.pixels;
static u8 before_pixels[SHEET_WIDTH * SHEET_HEIGHT];
static Document document;
static Canvas sheet;
static bool started;
static u8 tool, brush, ink;

/* ---- layout, local ---- */

static Rect tool_box(u8 i)
{
    return rect_sized((s16)(PANEL_LEFT + i % 2 * CELL), (s16)(TOOLS_TOP + i / 2 * CELL), CELL, CELL);
}

static Rect brush_box(u8 i)
{
    return rect_sized((s16)(PANEL_LEFT + i * 17), BRUSHES_TOP, 18, 22);
}

static Rect colour_box(u8 i)
{
    return rect_sized((s16)(PANEL_LEFT + i % 2 * CELL), (s16)(COLOURS_TOP + i / 2 * COLOUR_HEIGHT), CELL, COLOUR_HEIGHT);
}

static Rect sheet_box(void)
{
    return rect_sized(PANEL, 0, SHEET_WIDTH, SHEET_HEIGHT);
}

static Point sheet_point(Point local)
{
    return (Point){(s16)(local.x - PANEL), local.y};
}

/* ---- drawing ---- */

static void draw_cell(Rect box, bool chosen)
{
    Rect inner = rect_inset(box, 1, 1);
    draw_frame(rect(box.left, box.top, (s16)(box.right + 1), (s16)(box.bottom + 1)), THEME_INK);
    inner = rect(inner.left, inner.top, box.right, box.bottom);
    draw_fill(inner, chosen ? THEME_SELECTION : THEME_FACE);
    if (!chosen)
        draw_bevel(inner, THEME_LIGHT, THEME_SHADE);
}

static void draw_panel(void)
{
    for (u8 i = 0; i < TOOLS; i++) {
        draw_cell(tool_box(i), tool == i);
        draw_art((s16)(tool_box(i).left + 5), (s16)(tool_box(i).top + 5), tool_art[i]);
    }
    for (u8 i = 0; i < BRUSHES; i++) {
        Rect box = brush_box(i);
        draw_cell(box, brush == i);
        draw_fill(rect_centred(rect(box.left, box.top, (s16)(box.right + 1), (s16)(box.bottom + 1)), brush_sizes[i], brush_sizes[i]),
                  brush == i ? THEME_SELECTED_INK : THEME_INK);
    }
    for (u8 i = 0; i < COLOURS; i++) {
        Rect box = colour_box(i);
        Rect outer = rect(box.left, box.top, (s16)(box.right + 1), (s16)(box.bottom + 1));
        draw_fill(outer, colours[i]);
        draw_frame(outer, THEME_INK);
    }
    Rect chosen = colour_box(ink);
    Rect inner = rect(chosen.left, chosen.top, (s16)(chosen.right + 1), (s16)(chosen.bottom + 1));
    draw_frame(rect_inset(inner, 1, 1), WHITE);
    draw_frame(rect_inset(inner, 2, 2), BLACK);
}

/* `part` in the sheet's coordinates. */
static void draw_sheet(Rect part)
{
    part = rect_intersection(part, rect(0, 0, SHEET_WIDTH, SHEET_HEIGHT));
    if (!rect_is_empty(part))
        draw_indexed(rect_offset(part, PANEL, 0), sheet.pixels + part.top * SHEET_WIDTH + part.left, SHEET_WIDTH, colours, COLOURS);
}

static void draw(Window *window)
{
    Rect bounds = window_bounds(window);
    Rect paper = sheet_box();
    draw_fill(rect(0, 0, PANEL - 1, bounds.bottom), THEME_PANEL);
    draw_fill(rect(PANEL - 1, 0, PANEL, bounds.bottom), THEME_INK);
    draw_panel();
    draw_sheet(rect(0, 0, SHEET_WIDTH, SHEET_HEIGHT));
    draw_fill(rect(paper.right, 0, bounds.right, bounds.bottom), THEME_SHADE_DARK);
    draw_fill(rect(PANEL, paper.bottom, bounds.right, bounds.bottom), THEME_SHADE_DARK);
}

static void show_panel(Window *window)
{
    window_draw_begin(window);
    draw_panel();
    window_draw_end();
}

static void show_sheet(Window *window, Rect part)
{
    window_draw_begin(window);
    port_clip_to(sheet_box());
    draw_sheet(part);
    window_draw_end();
}

/* ---- strokes ---- */

static u8 brush_size(void)
{
    return tool == ERASER ? (u8)(brush_sizes[brush] * 2 + 6) : brush_sizes[brush];
}

static Rect touched(Point a, Point b)
{
    s16 margin = (s16)(-(brush_size() / 2 + 1));
    return rect_inset(rect_between(a, b), margin, margin);
}

static void restore(Rect part)
{
    part = rect_intersection(part, rect(0, 0, SHEET_WIDTH, SHEET_HEIGHT));
    if (rect_is_empty(part))
        return;
    for (s16 y = part.top; y < part.bottom; y++)
        memcpy(sheet_pixels + y * SHEET_WIDTH + part.left, before_pixels + y * SHEET_WIDTH + part.left, (u32)rect_width(part));
}

static void draw_shape(Point from, Point to)
{
    Rect box = rect_between(from, to);
    switch (tool) {
    case LINE:  canvas_line(&sheet, from, to, brush_size(), ink); break;
    case FRAME: canvas_frame(&sheet, box, brush_size(), ink); break;
    case BOX:   canvas_fill_rect(&sheet, box, ink); break;
    case OVAL:  canvas_oval(&sheet, box, brush_size(), ink); break;
    case DISC:  canvas_disc(&sheet, box, ink); break;
    }
}

/* Pencil and eraser draw along the mouse's path. */
static void draw_freely(Window *window, Point at)
{
    u8 colour = tool == ERASER ? WHITE_INK : ink;
    Point where, last = at;
    enum TrackStep step = TRACK_MOVED;
    for (;;) {
        if (step != TRACK_TICK) {
            canvas_line(&sheet, last, at, brush_size(), colour);
            show_sheet(window, touched(last, at));
            last = at;
        }
        if (step == TRACK_UP)
            return;
        step = track_mouse(&where);
        if (step != TRACK_TICK)
            at = sheet_point(window_local(window, where));
    }
}

/* A shape extends from the position of the press to that of the mouse. */
static void stretch_shape(Window *window, Point from)
{
    Point where;
    Rect shown = {0, 0, 0, 0};
    enum TrackStep step;
    do {
        step = track_mouse(&where);
        if (step == TRACK_TICK)
            continue;
        Point to = sheet_point(window_local(window, where));
        Rect now = touched(from, to);
        restore(shown);
        draw_shape(from, to);
        show_sheet(window, rect_around(shown, now));
        shown = now;
    } while (step != TRACK_UP);
}

/* Called before a change. */
static void remember(void)
{
    memcpy(before_pixels, sheet_pixels, sizeof before_pixels);
    document.dirty = true;
}

static void click_sheet(Window *window, Point at)
{
    remember();
    switch (tool) {
    case PENCIL:
    case ERASER:
        draw_freely(window, at);
        break;
    case BUCKET:
        canvas_flood(&sheet, at, ink);
        show_sheet(window, rect(0, 0, SHEET_WIDTH, SHEET_HEIGHT));
        break;
    default:
        stretch_shape(window, at);
    }
}

static void click(Window *window, const Event *event, Point local)
{
    (void)event;
    if (rect_contains(sheet_box(), local)) {
        click_sheet(window, sheet_point(local));
        return;
    }
    for (u8 i = 0; i < TOOLS; i++)
        if (rect_contains(tool_box(i), local))
            tool = i;
    for (u8 i = 0; i < BRUSHES; i++)
        if (rect_contains(brush_box(i), local))
            brush = i;
    for (u8 i = 0; i < COLOURS; i++)
        if (rect_contains(colour_box(i), local))
            ink = i;
    show_panel(window);
}

/* The tools' first letters, and 1 to 3 for the brushes. */
static void key(Window *window, const Event *event)
{
    static const char letters[TOOLS + 1] = "plrbodfe";
    for (u8 i = 0; i < TOOLS; i++)
        if (letters[i] == (char)event->character)
            tool = i;
    if (event->character >= '1' && event->character <= '3')
        brush = (u8)(event->character - '1');
    show_panel(window);
}

/* ---- the program ---- */

static void swap_with_before(void)
{
    for (u32 i = 0; i < sizeof before_pixels; i++) {
        u8 pixel = sheet_pixels[i];
        sheet_pixels[i] = before_pixels[i];
        before_pixels[i] = pixel;
    }
}

static bool can(Window *window, enum Command what)
{
    (void)window;
    return what == COMMAND_UNDO || what == COMMAND_CLEAR || document_can(&document, what);
}

static void command(Window *window, enum Command what)
{
    if (what >= COMMAND_NEW) {
        document_command(&document, what);
        return;
    }
    if (what == COMMAND_UNDO) {
        swap_with_before();
        document.dirty = true;
    } else {
        remember();
        canvas_clear(&sheet, WHITE_INK);
    }
    show_sheet(window, rect(0, 0, SHEET_WIDTH, SHEET_HEIGHT));
}

/* ---- documents ---- */

static void show_all(void)
{
    if (document.window)
        show_sheet(document.window, rect(0, 0, SHEET_WIDTH, SHEET_HEIGHT));
}

static void clear_document(void)
{
    remember();
    canvas_clear(&sheet, WHITE_INK);
    show_all();
}

static s32 load_document(const char *name, bool *exact)
{
    u32 length;
    bool was_dirty = document.dirty;
    remember();
    s32 result = file_read(name, FILE_AS_PICTURE, &picture, sizeof picture, &length, exact);
    document.dirty = was_dirty;
    if (result == FILE_DONE)
        show_all();
    return result;
}

static s32 store_document(const char *name, u16 flags)
{
    return file_write(name, (u16)(flags | FILE_AS_PICTURE), TYPE_PICTURE, CREATOR_PICTURE, &picture, sizeof picture);
}

static const DocumentKind pictures = {
    .clear = clear_document, .load = load_document, .store = store_document, .shows = file_is_picture, .untitled = "untitled",
};

/* What is not saved is gone with the window; without a disk it stays until the Mac is reset. */
static bool may_close(Window *window)
{
    (void)window;
    if (!document_may_close(&document))
        return false;
    if (files_have_disk()) {
        canvas_clear(&sheet, WHITE_INK);
        remember();
        document_start(&document, &pictures);
    }
    return true;
}

void sketch_show(const char *name)
{
    document_open(&document, name);
}

static void open(Window *window)
{
    document.window = window;
    sheet = (Canvas){SHEET_WIDTH, SHEET_HEIGHT, sheet_pixels};
    if (!started) {
        picture.width = SHEET_WIDTH;
        picture.height = SHEET_HEIGHT;
        picture.colour_count = COLOURS;
        memcpy(picture.colours, colours, sizeof colours);
        canvas_clear(&sheet, WHITE_INK);
        remember();
        document_start(&document, &pictures);
    }
    started = true;
    if (files_have_disk())
        window->title = document.name;
}

static void close(Window *window)
{
    (void)window;
    document.window = NULL;
}

static const Art *cursor(Window *window, Point local)
{
    (void)window;
    return rect_contains(sheet_box(), local) ? &art_cursor_cross : &art_cursor_arrow;
}

const App app_sketch = {
    .id = APP_SKETCH, .name = "Sketch", .icon = &art_icon_sketch, .place = {72, 22}, .width = PANEL + 440, .height = 320,
    .min_width = 180, .min_height = 140,
    .open = open, .close = close, .may_close = may_close, .draw = draw, .click = click, .key = key, .can = can, .command = command, .cursor = cursor,
};
