#include "palette.h"

#include "machine.h"

enum {
    CUBE = 6,                           /* steps per component in the cube */
    CUBE_COLOURS = CUBE * CUBE * CUBE,
    RAMP_FIRST = CUBE_COLOURS,          /* greys between the cube's last colour and black at 255 */
    RAMP_STEPS = 40,                    /* the first and the last are the white and black of the table */
    BLACK_8 = 255,
};

static u8 red(Colour c) { return (u8)(c >> 16); }
static u8 green(Colour c) { return (u8)(c >> 8); }
static u8 blue(Colour c) { return (u8)c; }

u8 colour_luminance(Colour c)
{
    return (u8)((77 * red(c) + 150 * green(c) + 29 * blue(c)) >> 8);
}

static u8 mix(u8 a, u8 b, u8 of_b)
{
    return (u8)((a * (255 - of_b) + b * of_b) / 255);
}

Colour colour_mix(Colour a, Colour b, u8 of_b)
{
    return RGB(mix(red(a), red(b), of_b), mix(green(a), green(b), of_b), mix(blue(a), blue(b), of_b));
}

static u32 cube_step(u8 value)
{
    return CUBE - 1 - (value * (CUBE - 1) + 127) / 255;
}

static u32 grey_8(u8 level)
{
    u32 step = (level * RAMP_STEPS + 127) / 255;
    if (step == 0)
        return BLACK_8;
    return step == RAMP_STEPS ? 0 : RAMP_FIRST + RAMP_STEPS - 1 - step;
}

static u32 pixel_8(Colour c)
{
    if (red(c) == green(c) && green(c) == blue(c))
        return grey_8(red(c));
    return (cube_step(red(c)) * CUBE + cube_step(green(c))) * CUBE + cube_step(blue(c));
}

u32 palette_pixel(u8 depth, Colour c)
{
    u32 highest = (1u << depth) - 1;
    switch (depth) {
    case 32: return c & 0xFFFFFF;
    case 16: return (u32)(red(c) >> 3) << 10 | (u32)(green(c) >> 3) << 5 | blue(c) >> 3;
    case 8:  return pixel_8(c);
    default: return highest - (colour_luminance(c) * highest + 127) / 255;
    }
}

/* An entry of the host's table: red, green, blue and a zero byte. */
static u32 entry_8(u32 pixel)
{
    u32 level = (RAMP_FIRST + RAMP_STEPS - 1 - pixel) * 255 / RAMP_STEPS;
    u32 step = 255 / (CUBE - 1);
    if (pixel == BLACK_8)
        return 0;
    if (pixel >= RAMP_FIRST)
        return level << 24 | level << 16 | level << 8;
    return (CUBE - 1 - pixel / (CUBE * CUBE)) * step << 24 | (CUBE - 1 - pixel / CUBE % CUBE) * step << 16
         | (CUBE - 1 - pixel % CUBE) * step << 8;
}

void palette_install(u8 depth)
{
    u32 table[256];
    u32 colours = 1u << depth;
    if (depth > 8)
        return;
    for (u32 pixel = 0; pixel < colours; pixel++) {
        u32 level = 255 - pixel * 255 / (colours - 1);
        table[pixel] = depth == 8 ? entry_8(pixel) : level << 24 | level << 16 | level << 8;
    }
    video_clut(0, colours, table);
}
