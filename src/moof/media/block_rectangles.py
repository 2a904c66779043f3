"""Divides what changed into few rectangles: a clock and a dragged window are two, not the box around both."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from moof.geometry import Rect
from moof.media.changed_blocks import BLOCK

MAX_RECTANGLES: Final = 4
"""More are one again: each is a file of its own."""
_MAX_WASTE: Final = 48
"""Unchanged blocks that a rectangle may gain by each row of blocks; encoding them costs about as much as
another file."""


def block_rectangles(blocks: NDArray[np.bool_], within: Rect) -> list[Rect]:
    """Return one to MAX_RECTANGLES rectangles that contain all of `blocks` inside `within`.

    They do not overlap, go from top to bottom, and end at the edges of `within`, which is not empty.

    Args:
        blocks: which blocks of 16x16 pixels changed, bool (rows, columns).
        within: around the pixels that changed.
    """
    rectangles: list[Rect] = []
    above = (0, 0, 0)
    rows = np.flatnonzero(blocks.any(axis=1))
    lefts = blocks[rows].argmax(axis=1)
    rights = blocks.shape[1] - blocks[rows, ::-1].argmax(axis=1)
    for row, left, right in zip(rows.tolist(), lefts.tolist(), rights.tolist(), strict=True):
        below, above = (left, right, row) == above, (left, right, row + 1)
        if below:  # as the row above, and it costs no more: most rows of a window
            x, y, width, height = rectangles[-1]
            rectangles[-1] = Rect(x, y, width, height + 1)
            continue
        line = Rect(left, row, right - left, 1)
        merged = rectangles[-1].union(line) if rectangles else line
        if rectangles and merged.area - rectangles[-1].area - line.area <= _MAX_WASTE:
            rectangles[-1] = merged
        else:
            rectangles.append(line)
    pixels = [Rect(*(BLOCK * value for value in rectangle)).intersection(within) for rectangle in rectangles]
    found = [rectangle for rectangle in pixels if not rectangle.is_empty]
    return found if 1 <= len(found) <= MAX_RECTANGLES else [within]
