"""Weights, in fixed point, that convert RGB to Y, U and V of BT.709 in full range.

Sources: ITU-R BT.709-6 section 3 (luma weights), ITU-T H.273 section 8.3 (full range).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

FRACTION: Final = 16  # bits after the point in the weights
LUMA_RED: Final = 0.2126
LUMA_BLUE: Final = 0.0722


def _bgra_weights() -> NDArray[np.int32]:
    """Return the weights of a pixel's bytes B, G, R, A in Y, then in U, then in V: int32 (12,).

    Alpha has the weight 0. Green takes the rounding errors of the others, so that greys are exact and without
    a tint.
    """
    scale = 1 << FRACTION
    y_red, y_blue = round(scale * LUMA_RED), round(scale * LUMA_BLUE)
    u_red, u_blue = round(-scale * LUMA_RED / (2 * (1 - LUMA_BLUE))), round(scale / 2)
    v_red, v_blue = round(scale / 2), round(-scale * LUMA_BLUE / (2 * (1 - LUMA_RED)))
    rows = (
        (y_blue, scale - y_red - y_blue, y_red, 0),
        (u_blue, -u_red - u_blue, u_red, 0),
        (v_blue, -v_red - v_blue, v_red, 0),
    )
    return np.array(rows, np.int32).reshape(-1)


WEIGHTS: Final = _bgra_weights()
