#include "windowframe.h"

#include "theme.h"

static void draw_close_box(const Window *window)
{
    Rect box = window_close_box(window);
    draw_fill(rect_inset(box, -1, -1), THEME_TITLE);
    draw_frame(box, THEME_INK);
    draw_fill(rect_inset(box, 1, 1), THEME_FACE);
    draw_bevel(rect_inset(box, 1, 1), THEME_LIGHT, THEME_SHADE);
}

/* Six thin lines across the bar mark the active window. */
static void draw_stripes(Rect bar)
{
    for (s16 y = (s16)(bar.top + 4); y < bar.bottom - 4; y = (s16)(y + 2))
        draw_fill(rect((s16)(bar.left + 3), y, (s16)(bar.right - 3), (s16)(y + 1)), THEME_STRIPE);
}

static void draw_title(Rect bar, const char *title, bool active)
{
    s16 width = (s16)(string_width(&font_sans_bold_12, title) + 16);
    Rect box = rect_centred(bar, width, rect_height(bar));
    if (active)
        draw_fill(rect_intersection(box, rect_inset(bar, 24, 0)), THEME_TITLE);
    draw_string_centred(&font_sans_bold_12, box, title, active ? THEME_INK : THEME_INK_DIM);
}

static void draw_shadow(Rect frame)
{
    draw_fill(rect(frame.right, (s16)(frame.top + 2), (s16)(frame.right + 1), (s16)(frame.bottom + 1)), THEME_INK);
    draw_fill(rect((s16)(frame.left + 2), frame.bottom, (s16)(frame.right + 1), (s16)(frame.bottom + 1)), THEME_INK);
}

void window_frame_draw(const Window *window, bool active)
{
    Rect frame = window->frame;
    Rect bar = rect((s16)(frame.left + 1), (s16)(frame.top + 1), (s16)(frame.right - 1), (s16)(frame.top + TITLE_HEIGHT - 1));
    Rect inside = window_content(window);

    draw_frame(frame, active ? THEME_INK : THEME_EDGE_DIM);
    draw_shadow(frame);
    draw_fill(bar, active ? THEME_TITLE : WHITE);
    draw_fill(rect(bar.left, bar.bottom, bar.right, inside.top), active ? THEME_INK : THEME_EDGE_DIM);
    if (active) {
        draw_bevel(bar, THEME_LIGHT, THEME_TITLE_SHADE);
        draw_stripes(bar);
        draw_close_box(window);
    }
    draw_title(bar, window->title, active);
}

void window_grow_draw(const Window *window, bool active)
{
    Rect bounds = window_bounds(window);
    Rect box = rect((s16)(bounds.right - GROW_SIZE), (s16)(bounds.bottom - GROW_SIZE), bounds.right, bounds.bottom);
    Rect face = rect((s16)(box.left + 1), (s16)(box.top + 1), box.right, box.bottom);
    draw_fill(box, active ? THEME_INK : THEME_EDGE_DIM);
    draw_fill(face, active ? THEME_FACE : WHITE);
    if (!active)
        return;
    draw_bevel(face, THEME_LIGHT, THEME_FACE);
    for (s16 step = 3; step <= 9; step = (s16)(step + 3))           /* three diagonals towards the corner */
        for (s16 i = 0; i <= 11 - step; i++)
            draw_fill(rect_sized((s16)(face.left + step + i + 1), (s16)(face.bottom - 3 - i), 1, 1), THEME_SHADE_DARK);
}
