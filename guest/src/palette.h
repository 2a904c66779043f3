/* Colours to pixels at every depth: greys at 1, 2 and 4 bits, a 6x6x6 cube with a ramp of greys at 8, xRGB1555, xRGB8888.
 * Pixel 0 is white and the highest is black in the indexed depths, as on every Mac. */
#ifndef MOOF_PALETTE_H
#define MOOF_PALETTE_H

#include "types.h"

void palette_install(u8 depth);                 /* passes the colour table of an indexed depth to the host */
u32 palette_pixel(u8 depth, Colour colour);     /* the nearest pixel value */
u8 colour_luminance(Colour colour);             /* 0..255 */
Colour colour_mix(Colour a, Colour b, u8 of_b); /* (of_b * b + (255 - of_b) * a) / 255 */

#endif
