"""How colours become luma and colour differences: the matrix, the range, and their weights in fixed point.

Sources: ITU-R BT.709-6 section 3 and BT.601-7 section 2.5 (luma weights, limited range), ITU-T H.273 section
8.3 (full range).
"""

from enum import Enum

import numpy as np
from numpy.typing import NDArray

FRACTION = 16  # bits after the point in the weights


class Matrix(Enum):
    """Luma weights of red and blue."""

    BT709 = (0.2126, 0.0722)
    BT601 = (0.299, 0.114)


class Range(Enum):
    """Black in Y, the span of Y from there to white, and the span of U and V around 128."""

    FULL = (0, 255, 255)
    LIMITED = (16, 219, 224)


def weights_of(matrix: Matrix, colour_range: Range, argb: bool = False) -> NDArray[np.int32]:
    """Weights of a pixel's four bytes in Y, then in U, then in V, and the value of black in Y: int32 (13,).

    The unused byte weighs nothing, so one loop serves both byte orders. Green takes the rounding errors of
    the others, so that greys come out exact and without a tint.
    """
    red, blue = matrix.value
    black, luma_span, chroma_span = colour_range.value
    scale = 1 << FRACTION
    luma, chroma = luma_span / 255 * scale, chroma_span / 255 * scale
    y_sum, y_red, y_blue = round(luma), round(luma * red), round(luma * blue)
    u_red, u_blue = round(-chroma * red / (2 * (1 - blue))), round(chroma / 2)
    v_red, v_blue = round(chroma / 2), round(-chroma * blue / (2 * (1 - red)))
    rows = (
        (y_red, y_sum - y_red - y_blue, y_blue),
        (u_red, -u_red - u_blue, u_blue),
        (v_red, -v_red - v_blue, v_blue),
    )
    weights = [weight for r, g, b in rows for weight in ((0, r, g, b) if argb else (b, g, r, 0))]
    return np.array([*weights, black], np.int32)
