"""Converts Mac framebuffers of 1, 2, 4, 8, 16 and 32 bits a pixel to BGRA.

Sources: Inside Macintosh V, "Pixel maps" (the leftmost pixel is in the most significant bits; 16 bits are
big-endian xRGB1555, 32 bits are bytes x, R, G, B).
"""

import numpy as np
from numpy.typing import NDArray

from moof.geometry import EMPTY, Rect
from moof.media.kernel import kernel
from moof.media.kernel_signature import INT, READ_U8, READ_U32, WRITE_U32, ints, part
from moof.media.raster import PictureError, rows_of

DEPTHS = (1, 2, 4, 8, 16, 32)
_OPAQUE = np.uint32(0xFF000000)
_1, _2, _3, _4, _5, _6, _7 = (np.uintp(each) for each in range(1, 8))
_EXTRA = 7
"""How many pixels the last byte of a row may hold behind the picture's edge."""


def to_bgra(
    raw: NDArray[np.uint8],
    depth: int,
    clut: NDArray[np.uint32],
    out: NDArray[np.uint32],
    rows: tuple[int, int],
) -> None:
    """Convert rows [rows[0], rows[1]) of `raw` into `out`.

    Args:
        raw: uint8 (h, row_bytes), the Mac's framebuffer.
        depth: bits a pixel: 1, 2, 4, 8, 16 or 32.
        clut: uint32 (256,), each B | G << 8 | R << 16 | 0xFF << 24; unused above 8 bits.
        out: uint32 (h, w), may be a strided view.
        rows: first row and the row after the last.

    Raises:
        PictureError: a depth that the Mac does not have, or arrays whose sizes do not fit.
    """
    update_bgra(raw, depth, clut, out, rows)


def update_bgra(
    raw: NDArray[np.uint8],
    depth: int,
    clut: NDArray[np.uint32],
    out: NDArray[np.uint32],
    rows: tuple[int, int],
) -> Rect:
    """Convert like `to_bgra`; return the smallest rectangle around the pixels of `out` that changed."""
    height, width = out.shape
    top, bottom = rows
    if depth not in DEPTHS:
        raise PictureError(f"a Mac has no depth of {depth} bits, only {DEPTHS}")
    if not 0 <= top <= bottom <= min(height, raw.shape[0]):
        raise PictureError(f"rows {top}..{bottom} are outside of a picture of {min(height, raw.shape[0])}")
    if raw.shape[1] * 8 < width * depth:
        raise PictureError(f"rows of {raw.shape[1]} bytes are too short for {width} pixels of {depth} bits")
    if clut.shape != (256,):
        raise PictureError(f"a colour table has 256 entries, not {clut.shape}")
    source, target = rows_of(raw), rows_of(out)
    line = np.empty(width + _EXTRA, np.uint32)
    table = np.empty(256 * 8 // min(depth, 8), np.uint32)
    left, top, right, bottom = _update_rows(
        source.flat, source.pitch, depth, clut, target.flat, target.pitch, width, top, bottom, line, table
    )
    return Rect(left, top, right - left, bottom - top) if right > left else EMPTY


@part
def _spread(clut: NDArray[np.uint32], depth: int, table: NDArray[np.uint32]) -> None:
    """Write the pixels of each possible byte, leftmost first: uint32 (256 * 8 / depth)."""
    pixels = 8 // depth
    for byte in range(256):
        for pixel in range(pixels):
            table[byte * pixels + pixel] = clut[(byte >> (8 - depth * (pixel + 1))) & ((1 << depth) - 1)]


@part
def _decode_indexed(
    row: NDArray[np.uint8], table: NDArray[np.uint32], depth: int, line: NDArray[np.uint32]
) -> None:
    # All pixels of a byte are read before the first is written; else the compiler could not vectorise, since
    # it must assume that the arrays overlap. This is two to three times as fast as an inner loop. Indices are
    # unsigned, so that numba does not look for negative ones.
    count = row.shape[0]
    if depth == 8:
        for i in range(count):
            line[i] = table[row[i]]
    elif depth == 4:
        for i in range(count):
            k, n = np.uintp(row[i]) * np.uintp(2), np.uintp(i) * np.uintp(2)
            a, b = table[k], table[k + _1]
            line[n], line[n + _1] = a, b
    elif depth == 2:
        for i in range(count):
            k, n = np.uintp(row[i]) * np.uintp(4), np.uintp(i) * np.uintp(4)
            a, b, c, d = table[k], table[k + _1], table[k + _2], table[k + _3]
            line[n], line[n + _1], line[n + _2], line[n + _3] = a, b, c, d
    else:
        for i in range(count):
            k, n = np.uintp(row[i]) * np.uintp(8), np.uintp(i) * np.uintp(8)
            a, b, c, d = table[k], table[k + _1], table[k + _2], table[k + _3]
            e, f, g, h = table[k + _4], table[k + _5], table[k + _6], table[k + _7]
            line[n], line[n + _1], line[n + _2], line[n + _3] = a, b, c, d
            line[n + _4], line[n + _5], line[n + _6], line[n + _7] = e, f, g, h


@part
def _decode_direct(row: NDArray[np.uint8], depth: int, line: NDArray[np.uint32]) -> None:
    if depth == 16:
        for x in range(row.shape[0] // 2):
            value = (np.uint32(row[2 * x]) << np.uint32(8)) | np.uint32(row[2 * x + 1])
            red = (value >> np.uint32(10)) & np.uint32(31)
            green = (value >> np.uint32(5)) & np.uint32(31)
            blue = value & np.uint32(31)
            # Five bits become eight by repeating the upper three, so that 31 becomes 255.
            fives = red << np.uint32(16) | green << np.uint32(8) | blue
            line[x] = _OPAQUE | fives << np.uint32(3) | (fives >> np.uint32(2)) & np.uint32(0x070707)
    else:
        for x in range(row.shape[0] // 4):
            red, green, blue = np.uint32(row[4 * x + 1]), np.uint32(row[4 * x + 2]), np.uint32(row[4 * x + 3])
            line[x] = _OPAQUE | red << np.uint32(16) | green << np.uint32(8) | blue


@part
def _replace(line: NDArray[np.uint32], row: NDArray[np.uint32]) -> tuple[int, int]:
    """Copy `line` to `row`; return the first and the end of the pixels that differed, (0, 0) for none."""
    width = row.shape[0]
    difference = np.uint32(0)
    for x in range(width):
        difference |= line[x] ^ row[x]
    if difference == 0:
        return 0, 0
    # Bounded although there is a difference: `row` may be in shared memory and change at the same time.
    first, after = 0, width
    while first < width and line[first] == row[first]:
        first += 1
    while after > first and line[after - 1] == row[after - 1]:
        after -= 1
    changed, target = line[first:after], row[first:after]
    for x in range(changed.shape[0]):
        target[x] = changed[x]
    return first, after


@kernel(ints(4)(READ_U8, INT, INT, READ_U32, WRITE_U32, INT, INT, INT, INT, WRITE_U32, WRITE_U32))
def _update_rows(
    raw: NDArray[np.uint8],
    raw_pitch: int,
    depth: int,
    clut: NDArray[np.uint32],
    out: NDArray[np.uint32],
    out_pitch: int,
    width: int,
    top: int,
    bottom: int,
    line: NDArray[np.uint32],
    table: NDArray[np.uint32],
) -> tuple[int, int, int, int]:
    row_bytes = (width * depth + 7) // 8
    _spread(clut, min(depth, 8), table)
    left, right, upper, lower = width, 0, bottom, top
    for y in range(top, bottom):
        row = raw[y * raw_pitch : y * raw_pitch + row_bytes]
        if depth <= 8:
            _decode_indexed(row, table, depth, line)
        else:
            _decode_direct(row, depth, line)
        first, after = _replace(line, out[y * out_pitch : y * out_pitch + width])
        if after > first:
            left, right = min(left, first), max(right, after)
            upper, lower = min(upper, y), y + 1
    return left, upper, right, lower
