"""BGRA to planar YUV 4:4:4 for video encoders: every pixel keeps its own colour."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from moof.geometry import Rect
from moof.media.kernel import INT, NOTHING, READ_I32, READ_U32, WRITE_U8, kernel
from moof.media.raster import PictureError, clip, pixels_of, rows_of
from moof.media.yuv import FRACTION, WEIGHTS

_ZEROS = (0, 128, 128)  # of Y, U and V


def bgra_to_i444(
    bgra: NDArray[Any],
    y: NDArray[np.uint8],
    u: NDArray[np.uint8],
    v: NDArray[np.uint8],
    rect: Rect | None = None,
) -> None:
    """Rewrite the planes inside `rect` (None: everywhere).

    Args:
        bgra: uint8 (h, w, 4) or uint32 (h, w), contiguous or strided.
        y, u, v: uint8 (h, w).

    Raises:
        PictureError: planes of another size than the picture.
    """
    pixels = pixels_of(bgra)
    if not pixels.shape == y.shape == u.shape == v.shape:
        raise PictureError(f"{pixels.shape} does not fit planes {y.shape} {u.shape} {v.shape}")
    picture = rows_of(pixels)
    area = clip(rect, picture.width, picture.height)
    if area.is_empty:
        return
    for plane, weights, zero in zip((y, u, v), WEIGHTS.reshape(3, 4), _ZEROS, strict=True):
        target = rows_of(plane)
        _plane(picture.flat, picture.pitch, target.flat, target.pitch, *area, weights, zero)


@kernel(NOTHING(READ_U32, INT, WRITE_U8, INT, INT, INT, INT, INT, READ_I32, INT))
def _plane(
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
