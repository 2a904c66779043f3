"""Finds the rows of a frame buffer that changed."""

import numpy as np
from numpy.typing import NDArray

from moof.media.kernel import kernel
from moof.media.kernel_signature import INT, READ_U8, ints, part
from moof.media.raster import PictureError, rows_of


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


@part
def _bytes_differ(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> bool:
    # No early exit: without one the loop is vectorised (32 bytes at a time), and a row is short.
    difference = np.uint8(0)
    for i in range(a.shape[0]):
        difference |= a[i] ^ b[i]
    return bool(difference)


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
