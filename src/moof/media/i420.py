"""BGRA to I420 (planar YUV 4:2:0) for video encoders, limited range.

Sources: ITU-R BT.709-6 section 3 and BT.601-7 section 2.5 (luma weights and limited range: 16..235 for Y,
16..240 for U and V). A chroma sample is the mean of its four pixels.
"""

from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moof.media.kernel import INT, NOTHING, READ_I32, READ_U32, WRITE_U8, kernel, part
from moof.media.raster import Box, PictureError, clip_box, pixels_of, rows_of

_FRACTION = 16  # bits after the point in the weights


class Matrix(Enum):
    """Luma weights of red and blue."""

    BT709 = (0.2126, 0.0722)
    BT601 = (0.299, 0.114)


def _weights(matrix: Matrix, argb: bool) -> NDArray[np.int32]:
    """Fixed-point weights of red, green and blue in Y, in U and in V, then each one's shift within a pixel.

    Green takes the rounding error of the others, so that greys come out exact and without a tint.
    """
    red, blue = matrix.value
    scale = 1 << _FRACTION
    luma, chroma = 219 / 255 * scale, 224 / 255 * scale
    y_sum, y_red, y_blue = round(luma), round(luma * red), round(luma * blue)
    u_red, u_blue = round(-chroma * red / (2 * (1 - blue))), round(chroma / 2)
    v_red, v_blue = round(chroma / 2), round(-chroma * blue / (2 * (1 - red)))
    shifts = (8, 16, 24) if argb else (16, 8, 0)
    return np.array(
        [
            *(y_red, y_sum - y_red - y_blue, y_blue),
            *(u_red, -u_red - u_blue, u_blue),
            *(v_red, -v_red - v_blue, v_blue),
            *shifts,
        ],
        np.int32,
    )


_WEIGHTS = {(matrix, argb): _weights(matrix, argb) for matrix in Matrix for argb in (False, True)}


def bgra_to_i420(
    bgra: NDArray[Any],
    y: NDArray[np.uint8],
    u: NDArray[np.uint8],
    v: NDArray[np.uint8],
    box: Box | None = None,
    *,
    matrix: Matrix = Matrix.BT709,
    argb: bool = False,
) -> None:
    """Rewrite the planes inside `box`, which grows outwards to even edges (None: everywhere).

    Args:
        bgra: uint8 (h, w, 4) or uint32 (h, w), contiguous or strided; bytes A, R, G, B with `argb`.
        y: uint8 (h, w), both rounded up to even; an odd picture's last row and column are repeated.
        u, v: uint8, half of y's width and height.

    Raises:
        PictureError: planes whose sizes do not belong to the picture.
    """
    picture = rows_of(pixels_of(bgra))
    even_width, even_height = picture.width + picture.width % 2, picture.height + picture.height % 2
    half = (even_height // 2, even_width // 2)
    if y.shape != (even_height, even_width) or u.shape != half or v.shape != half:
        raise PictureError(
            f"{picture.width}x{picture.height} does not fit planes {y.shape} {u.shape} {v.shape}"
        )
    area = clip_box(box, picture.width, picture.height)
    if area is None:
        return
    left, top, right, bottom = (
        area[0] // 2,
        area[1] // 2,
        (area[0] + area[2] + 1) // 2,
        (area[1] + area[3] + 1) // 2,
    )
    luma, blue, red = rows_of(y), rows_of(u), rows_of(v)
    if blue.pitch != red.pitch:
        raise PictureError("the U and V planes must have the same pitch")
    # fmt: off
    _convert(
        picture.flat, picture.pitch, picture.width, picture.height,
        luma.flat, luma.pitch, blue.flat, red.flat, blue.pitch,
        left, top, right, bottom, _WEIGHTS[matrix, argb],
    )
    # fmt: on


@part
def _luma(pixels: NDArray[np.uint32], y: NDArray[np.uint8], weights: NDArray[np.int32]) -> None:
    wr, wg, wb = weights[0], weights[1], weights[2]
    red, green, blue = np.uint32(weights[9]), np.uint32(weights[10]), np.uint32(weights[11])
    byte = np.uint32(255)
    offset = np.int32((16 << _FRACTION) + (1 << (_FRACTION - 1)))
    for x in range(pixels.shape[0]):
        r = np.int32((pixels[x] >> red) & byte)
        g = np.int32((pixels[x] >> green) & byte)
        b = np.int32((pixels[x] >> blue) & byte)
        # int32 on purpose: numba widens sums to 64 bits, which halves what a vector holds.
        y[x] = np.uint8(np.int32(wr * r + wg * g + wb * b + offset) >> np.int32(_FRACTION))


@part
def _chroma(
    upper: NDArray[np.uint32],
    lower: NDArray[np.uint32],
    u: NDArray[np.uint8],
    v: NDArray[np.uint8],
    weights: NDArray[np.int32],
) -> None:
    ur, ug, ub, vr, vg, vb = weights[3], weights[4], weights[5], weights[6], weights[7], weights[8]
    red, green, blue = np.uint32(weights[9]), np.uint32(weights[10]), np.uint32(weights[11])
    byte = np.uint32(255)
    # Sums of four pixels: two more bits to drop.
    offset = np.int32((128 << (_FRACTION + 2)) + (1 << (_FRACTION + 1)))
    for x in range(u.shape[0]):
        p, q, s, t = upper[2 * x], upper[2 * x + 1], lower[2 * x], lower[2 * x + 1]
        r = np.int32((p >> red & byte) + (q >> red & byte) + (s >> red & byte) + (t >> red & byte))
        g = np.int32((p >> green & byte) + (q >> green & byte) + (s >> green & byte) + (t >> green & byte))
        b = np.int32((p >> blue & byte) + (q >> blue & byte) + (s >> blue & byte) + (t >> blue & byte))
        u[x] = np.uint8(np.int32(ur * r + ug * g + ub * b + offset) >> np.int32(_FRACTION + 2))
        v[x] = np.uint8(np.int32(vr * r + vg * g + vb * b + offset) >> np.int32(_FRACTION + 2))


_SOURCE, _PLANES, _AREA = (
    (READ_U32, INT, INT, INT),
    (WRITE_U8, INT, WRITE_U8, WRITE_U8, INT),
    (INT, INT, INT, INT),
)


@kernel(NOTHING(*_SOURCE, *_PLANES, *_AREA, READ_I32))
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
    weights: NDArray[np.int32],
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
        _chroma(above[2 * left :], below[2 * left :], row_u[left:whole], row_v[left:whole], weights)
        if whole < right:
            first_y[width] = first_y[width - 1]
            second_y[width] = second_y[width - 1]
            last = np.full(2, above[width - 1], np.uint32)
            last_below = np.full(2, below[width - 1], np.uint32)
            _chroma(last, last_below, row_u[whole:], row_v[whole:], weights)
