"""The picture of a state: the screen, reduced, so that a shelf of states is small."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from moof.media.png import encode_png

PICTURE_SIDE: Final = 320
"""Pixels that the picture is at most wide and high."""


def reduced_picture(screen: NDArray[np.uint32]) -> bytes:
    """Return a PNG file, each of its pixels the mean of some of the screen's.

    `screen` is uint32 (height, width), blue in the low byte, the high byte without meaning.
    """
    rows, columns = screen.shape
    step = max(-(-columns // PICTURE_SIDE), -(-rows // PICTURE_SIDE))
    height, width = max(rows // step, 1), max(columns // step, 1)
    pixels = np.ascontiguousarray(screen).view(np.uint8).reshape(rows, columns, 4)
    blocks = pixels[: height * step, : width * step]
    split = blocks.reshape(height, min(step, rows), width, min(step, columns), 4)
    means = split.mean(axis=(1, 3), dtype=np.float32)
    return encode_png(np.ascontiguousarray(means.round().astype(np.uint8)))
