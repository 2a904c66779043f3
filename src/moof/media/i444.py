"""BGRA to planar YUV 4:4:4 for video encoders: every pixel keeps its own colour."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from moof.geometry import Rect
from moof.media.changed_blocks import BLOCK, chosen_blocks, next_run
from moof.media.kernel import kernel
from moof.media.kernel_signature import INT, NOTHING, READ_BOOL, READ_I32, READ_U32, WRITE_U8, part
from moof.media.raster import PictureError, clip, pixels_of, rows_of
from moof.media.yuv import FRACTION, WEIGHTS

_ZEROS = (0, 128, 128)  # of Y, U and V


def bgra_to_i444(
    bgra: NDArray[Any],
    y: NDArray[np.uint8],
    u: NDArray[np.uint8],
    v: NDArray[np.uint8],
    rect: Rect | None = None,
    blocks: NDArray[np.bool_] | None = None,
) -> None:
    """Rewrite the planes inside `rect` (None: everywhere).

    Args:
        bgra: uint8 (h, w, 4) or uint32 (h, w), contiguous or strided.
        y, u, v: uint8 (h, w).
        blocks: of `rect`, which blocks of 16x16 pixels to rewrite, bool (rows, columns); None: all.

    Raises:
        PictureError: planes or blocks of another size than the picture.
    """
    pixels = pixels_of(bgra)
    if not pixels.shape == y.shape == u.shape == v.shape:
        raise PictureError(f"{pixels.shape} does not fit planes {y.shape} {u.shape} {v.shape}")
    picture = rows_of(pixels)
    area = clip(rect, picture.width, picture.height)
    if area.is_empty:
        return
    chosen = chosen_blocks(blocks, picture.width, picture.height)
    for plane, weights, zero in zip((y, u, v), WEIGHTS.reshape(3, 4), _ZEROS, strict=True):
        target = rows_of(plane)
        # fmt: off
        _plane(
            picture.flat, picture.pitch, target.flat, target.pitch, *area,
            chosen.reshape(-1), chosen.shape[1], weights, zero,
        )
        # fmt: on


@part
def _plane_area(
    pixels: NDArray[np.uint32],
    pitch: int,
    plane: NDArray[np.uint8],
    plane_pitch: int,
    x: int,
    y: int,
    width: int,
    height: int,
    weights: NDArray[np.int32],
    zero: int,
) -> None:
    w0, w1, w2, w3 = weights[0], weights[1], weights[2], weights[3]
    # Halves are rounded down: 255.5 must not become 256.
    offset = np.int32((zero << FRACTION) + (1 << (FRACTION - 1)) - 1)
    for row in range(y, y + height):
        source = pixels[row * pitch + x : row * pitch + x + width]
        target = plane[row * plane_pitch + x : row * plane_pitch + x + width]
        for i in range(width):
            p = np.int32(source[i])
            low = np.int32(w0 * (p & 255)) + np.int32(w1 * (p >> 8 & 255))
            high = np.int32(w2 * (p >> 16 & 255)) + np.int32(w3 * (p >> 24 & 255))
            target[i] = np.int32(np.int32(low) + np.int32(high) + offset) >> FRACTION


@kernel(NOTHING(READ_U32, INT, WRITE_U8, INT, INT, INT, INT, INT, READ_BOOL, INT, READ_I32, INT))
def _plane(
    pixels: NDArray[np.uint32],
    pitch: int,
    plane: NDArray[np.uint8],
    plane_pitch: int,
    x: int,
    y: int,
    width: int,
    height: int,
    blocks: NDArray[np.bool_],
    columns: int,
    weights: NDArray[np.int32],
    zero: int,
) -> None:
    """Convert the part of the area that lies in `blocks`; neighbours in a row of blocks at once."""
    right, bottom = x + width, y + height
    for row in range(y // BLOCK, (bottom + BLOCK - 1) // BLOCK):
        top, end = max(y, row * BLOCK), min(bottom, (row + 1) * BLOCK)
        in_row, last = blocks[row * columns : (row + 1) * columns], (right + BLOCK - 1) // BLOCK
        begin, after = next_run(in_row, x // BLOCK, last)
        while begin < after:
            left = max(x, begin * BLOCK)
            span = min(right, after * BLOCK) - left
            _plane_area(pixels, pitch, plane, plane_pitch, left, top, span, end - top, weights, zero)
            begin, after = next_run(in_row, after, last)
