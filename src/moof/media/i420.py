"""BGRA to I420 (planar YUV 4:2:0) for video encoders. A chroma sample is the mean of its four pixels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from moof.geometry import Rect
from moof.media.changed_blocks import BLOCK, chosen_blocks, next_run
from moof.media.kernel import kernel
from moof.media.kernel_signature import INT, NOTHING, READ_BOOL, READ_I32, READ_U32, WRITE_U8, WRITE_U32, part
from moof.media.raster import PictureError, clip, pixels_of, rows_of
from moof.media.yuv import FRACTION, WEIGHTS


def bgra_to_i420(
    bgra: NDArray[Any],
    y: NDArray[np.uint8],
    u: NDArray[np.uint8],
    v: NDArray[np.uint8],
    rect: Rect | None = None,
    blocks: NDArray[np.bool_] | None = None,
) -> None:
    """Rewrite the planes inside `rect`, which grows outwards to even edges (None: everywhere).

    Args:
        bgra: uint8 (h, w, 4) or uint32 (h, w), contiguous or strided.
        y: uint8 (h, w), both rounded up to even; an odd picture's last row and column are repeated.
        u, v: uint8, half of y's width and height.
        blocks: of `rect`, which blocks of 16x16 pixels to rewrite, bool (rows, columns); None: all.

    Raises:
        PictureError: planes or blocks whose sizes do not belong to the picture.
    """
    picture = rows_of(pixels_of(bgra))
    even_width, even_height = picture.width + picture.width % 2, picture.height + picture.height % 2
    half = (even_height // 2, even_width // 2)
    if y.shape != (even_height, even_width) or u.shape != half or v.shape != half:
        raise PictureError(
            f"{picture.width}x{picture.height} does not fit planes {y.shape} {u.shape} {v.shape}"
        )
    area = clip(rect, picture.width, picture.height)
    if area.is_empty:
        return
    x, top, width, height = area
    first_pair, end_pair = x // 2, (x + width + 1) // 2
    first_row, end_row = top // 2, (top + height + 1) // 2
    luma, blue, red = rows_of(y), rows_of(u), rows_of(v)
    if blue.pitch != red.pitch:
        raise PictureError("the U and V planes must have the same pitch")
    chosen = chosen_blocks(blocks, picture.width, picture.height)
    # fmt: off
    _convert(
        picture.flat, picture.pitch, picture.width, picture.height,
        luma.flat, luma.pitch, blue.flat, red.flat, blue.pitch,
        first_pair, first_row, end_pair, end_row, chosen.reshape(-1), chosen.shape[1], WEIGHTS,
        np.empty(4, np.uint32),
    )
    # fmt: on


# numba widens sums and products to 64 bits, and vectors then hold half as much. The casts to int32 in the two
# loops below bring each intermediate back; without them a picture takes three times as long.


@part
def _luma(pixels: NDArray[np.uint32], y: NDArray[np.uint8], weights: NDArray[np.int32]) -> None:
    w0, w1, w2, w3 = weights[0], weights[1], weights[2], weights[3]
    offset = np.int32(1 << (FRACTION - 1))
    for x in range(pixels.shape[0]):
        p = np.int32(pixels[x])
        low = np.int32(w0 * (p & 255)) + np.int32(w1 * (p >> 8 & 255))
        high = np.int32(w2 * (p >> 16 & 255)) + np.int32(w3 * (p >> 24 & 255))
        y[x] = np.int32(np.int32(low) + np.int32(high) + offset) >> FRACTION


@part
def _chroma(
    upper: NDArray[np.uint32],
    lower: NDArray[np.uint32],
    plane: NDArray[np.uint8],
    weights: NDArray[np.int32],
) -> None:
    """One plane at a time: both in one loop take half as long again (measured)."""
    w0, w1, w2, w3 = weights[0], weights[1], weights[2], weights[3]
    # Sums of four pixels: two more bits to drop. Halves are rounded down: 255.5 must not become 256.
    offset = np.int32((128 << (FRACTION + 2)) + (1 << (FRACTION + 1)) - 1)
    pair, byte = np.uint32(0x00FF00FF), np.uint32(8)
    for x in range(plane.shape[0]):
        p, q, s, t = upper[2 * x], upper[2 * x + 1], lower[2 * x], lower[2 * x + 1]
        # Two bytes are summed at once in the halves of a word: bytes 0 and 2, then 1 and 3.
        even = np.int32((p & pair) + (q & pair) + (s & pair) + (t & pair))
        odd = np.int32((p >> byte & pair) + (q >> byte & pair) + (s >> byte & pair) + (t >> byte & pair))
        low = np.int32(w0 * (even & 0xFFFF)) + np.int32(w1 * (odd & 0xFFFF))
        high = np.int32(w2 * (even >> 16)) + np.int32(w3 * (odd >> 16))
        plane[x] = np.int32(np.int32(low) + np.int32(high) + offset) >> (FRACTION + 2)


_SOURCE, _PLANES, _AREA = (
    (READ_U32, INT, INT, INT),
    (WRITE_U8, INT, WRITE_U8, WRITE_U8, INT),
    (INT, INT, INT, INT),
)


@part
def _convert_area(
    pixels: NDArray[np.uint32],
    pitch: int,
    width: int,
    height: int,
    y: NDArray[np.uint8],
    y_pitch: int,
    u: NDArray[np.uint8],
    v: NDArray[np.uint8],
    chroma_pitch: int,
    left: int,
    top: int,
    right: int,
    bottom: int,
    weights: NDArray[np.int32],
    last_pairs: NDArray[np.uint32],
) -> None:
    """left, top, right and bottom count chroma samples, that is pairs of pixels."""
    end = min(2 * right, width)
    whole = min(right, width // 2)  # pairs of which both columns exist
    for row in range(top, bottom):
        above = pixels[2 * row * pitch : 2 * row * pitch + width]
        second = min(2 * row + 1, height - 1)
        below = pixels[second * pitch : second * pitch + width]
        first_y = y[2 * row * y_pitch : 2 * row * y_pitch + 2 * right]
        second_y = y[(2 * row + 1) * y_pitch : (2 * row + 1) * y_pitch + 2 * right]
        row_u = u[row * chroma_pitch : row * chroma_pitch + right]
        row_v = v[row * chroma_pitch : row * chroma_pitch + right]
        _luma(above[2 * left : end], first_y[2 * left :], weights)
        _luma(below[2 * left : end], second_y[2 * left :], weights)
        _chroma(above[2 * left :], below[2 * left :], row_u[left:whole], weights[4:8])
        _chroma(above[2 * left :], below[2 * left :], row_v[left:whole], weights[8:12])
        if whole < right:  # the last column is its own neighbour
            first_y[width], second_y[width] = first_y[width - 1], second_y[width - 1]
            upper, lower = last_pairs[:2], last_pairs[2:]
            upper[0], upper[1] = above[width - 1], above[width - 1]
            lower[0], lower[1] = below[width - 1], below[width - 1]
            _chroma(upper, lower, row_u[whole:], weights[4:8])
            _chroma(upper, lower, row_v[whole:], weights[8:12])


@kernel(NOTHING(*_SOURCE, *_PLANES, *_AREA, READ_BOOL, INT, READ_I32, WRITE_U32))
def _convert(
    pixels: NDArray[np.uint32],
    pitch: int,
    width: int,
    height: int,
    y: NDArray[np.uint8],
    y_pitch: int,
    u: NDArray[np.uint8],
    v: NDArray[np.uint8],
    chroma_pitch: int,
    left: int,
    top: int,
    right: int,
    bottom: int,
    blocks: NDArray[np.bool_],
    columns: int,
    weights: NDArray[np.int32],
    last_pairs: NDArray[np.uint32],
) -> None:
    """Convert the part of the area that lies in `blocks`; neighbours in a row of blocks at once."""
    side = BLOCK // 2  # of a block, in chroma samples
    for row in range(top // side, (bottom + side - 1) // side):
        first, end = max(top, row * side), min(bottom, (row + 1) * side)
        in_row, last = blocks[row * columns : (row + 1) * columns], (right + side - 1) // side
        begin, after = next_run(in_row, left // side, last)
        while begin < after:
            a, b = max(left, begin * side), min(right, after * side)
            # fmt: off
            _convert_area(
                pixels, pitch, width, height, y, y_pitch, u, v, chroma_pitch, a, first, b, end, weights,
                last_pairs,
            )
            # fmt: on
            begin, after = next_run(in_row, after, last)
