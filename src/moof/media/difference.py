"""Finds what changed between two pictures."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from moof.geometry import EMPTY, Rect
from moof.media.kernel import INT, READ_U8, READ_U32, ints, kernel, part
from moof.media.raster import PictureError, clip, pixels_of, rows_of


def changed_rows(raw: NDArray[np.uint8], previous: NDArray[np.uint8]) -> tuple[int, int] | None:
    """Return the first row that differs and the row after the last one; None if all are equal.

    Args:
        raw: uint8 (h, row_bytes), contiguous or strided.
        previous: the same.

    Raises:
        PictureError: the arrays differ in shape.
    """
    if raw.shape != previous.shape:
        raise PictureError(f"cannot compare {raw.shape} with {previous.shape}")
    new, old = rows_of(raw), rows_of(previous)
    top, bottom = _changed_rows(new.flat, new.pitch, old.flat, old.pitch, new.width, new.height)
    return (top, bottom) if bottom > top else None


def changed_rect(a: NDArray[Any], b: NDArray[Any], within: Rect | None = None) -> Rect:
    """Return the smallest rectangle around the pixels that differ, inside `within` (None: everywhere).

    Args:
        a: uint32 (h, w) or uint8 (h, w, 4), contiguous or strided.
        b: the same.
        within: where to search; clipped to the picture.

    Raises:
        PictureError: the pictures differ in size.
    """
    new, old = rows_of(pixels_of(a)), rows_of(pixels_of(b))
    if (new.width, new.height) != (old.width, old.height):
        raise PictureError(f"cannot compare {new.width}x{new.height} with {old.width}x{old.height}")
    area = clip(within, new.width, new.height)
    if area.is_empty:
        return EMPTY
    left, top, right, bottom = _changed_rect(new.flat, new.pitch, old.flat, old.pitch, *area)
    return Rect(left, top, right - left, bottom - top) if right > left else EMPTY


@part
def _bytes_differ(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> bool:
    # No early exit: without one the loop is vectorised (32 bytes at a time), and a row is short.
    difference = np.uint8(0)
    for i in range(a.shape[0]):
        difference |= a[i] ^ b[i]
    return bool(difference)


@part
def _pixels_differ(a: NDArray[np.uint32], b: NDArray[np.uint32]) -> bool:
    difference = np.uint32(0)
    for i in range(a.shape[0]):
        difference |= a[i] ^ b[i]
    return bool(difference)


# Both searches are bounded although a difference has been found: the picture may be in shared memory, where
# another process can change it at the same time.


@part
def _first_difference(a: NDArray[np.uint32], b: NDArray[np.uint32], end: int) -> int:
    x = 0
    while x < end and a[x] == b[x]:
        x += 1
    return x


@part
def _after_last_difference(a: NDArray[np.uint32], b: NDArray[np.uint32], begin: int) -> int:
    x: int = a.shape[0]
    while x > begin and a[x - 1] == b[x - 1]:
        x -= 1
    return x


@kernel(ints(2)(READ_U8, INT, READ_U8, INT, INT, INT))
def _changed_rows(
    new: NDArray[np.uint8], new_pitch: int, old: NDArray[np.uint8], old_pitch: int, width: int, height: int
) -> tuple[int, int]:
    top, bottom = 0, height
    while top < bottom and not _bytes_differ(
        new[top * new_pitch : top * new_pitch + width], old[top * old_pitch : top * old_pitch + width]
    ):
        top += 1
    while bottom > top and not _bytes_differ(
        new[(bottom - 1) * new_pitch : (bottom - 1) * new_pitch + width],
        old[(bottom - 1) * old_pitch : (bottom - 1) * old_pitch + width],
    ):
        bottom -= 1
    return top, bottom


@kernel(ints(4)(READ_U32, INT, READ_U32, INT, INT, INT, INT, INT))
def _changed_rect(
    new: NDArray[np.uint32],
    new_pitch: int,
    old: NDArray[np.uint32],
    old_pitch: int,
    x: int,
    y: int,
    width: int,
    height: int,
) -> tuple[int, int, int, int]:
    left, right, top, bottom = width, 0, y + height, y
    for row in range(y, y + height):
        a = new[row * new_pitch + x : row * new_pitch + x + width]
        b = old[row * old_pitch + x : row * old_pitch + x + width]
        if not _pixels_differ(a, b):
            continue
        top, bottom = min(top, row), row + 1
        # Only what lies outside of the rectangle so far can still widen it.
        if _pixels_differ(a[:left], b[:left]):
            left = _first_difference(a, b, left)
        if _pixels_differ(a[right:], b[right:]):
            right = _after_last_difference(a, b, right)
    return x + left, top, x + right, bottom
