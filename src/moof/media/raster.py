"""Pictures as kernel arguments: a flat array and a pitch, for contiguous pictures and strided views.

With one layout for everything each kernel needs only one compiled version, and rows sliced from a flat array
are contiguous, so that the compiler can vectorise over them.
"""

from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from moof.geometry import Rect

Scalar = TypeVar("Scalar", bound=np.generic)


class PictureError(ValueError):
    """A picture, rectangle or plane has a shape that the function cannot work with."""


class Raster(NamedTuple):
    """`flat[y * pitch + x]` is element x of row y, for x < width and y < height."""

    flat: NDArray[Any]
    pitch: int
    width: int
    height: int


def rows_of(array: NDArray[Scalar]) -> Raster:
    """Return a two-dimensional array as a raster, without copying unless its elements are unaligned.

    Raises:
        PictureError: not two-dimensional, or elements of a row are not adjacent, or rows overlap.
    """
    if array.ndim != 2:
        raise PictureError(f"expected rows of elements, got an array of shape {array.shape}")
    height, width = array.shape
    if array.flags.c_contiguous and array.flags.aligned:
        return Raster(array.reshape(-1), width, width, height)
    if not array.flags.aligned:
        array = array.copy()
    if array.size == 0:
        return Raster(np.empty(0, array.dtype), width, width, height)
    # In numpy the stride of an axis of one element may have any value.
    stride = array.strides[1] if width > 1 else array.itemsize
    row_stride = array.strides[0] if height > 1 else width * array.itemsize
    pitch, rest = divmod(row_stride, array.itemsize)
    if stride != array.itemsize or rest or pitch < width:
        raise PictureError(f"rows must be contiguous and in order, got strides {array.strides}")
    flat = as_strided(array, ((height - 1) * pitch + width,), (array.itemsize,))
    return Raster(flat, pitch, width, height)


def pixels_of(picture: NDArray[Any]) -> NDArray[np.uint32]:
    """Return a uint8 (height, width, 4) picture as a uint32 (height, width) view; uint32 ones unchanged."""
    if picture.dtype == np.uint32 and picture.ndim == 2:
        return picture
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 4:
        raise PictureError(f"expected uint8 (h, w, 4) or uint32 (h, w), got {picture.dtype} {picture.shape}")
    if picture.strides[2] != 1:
        raise PictureError("the four bytes of a pixel must be adjacent")
    return picture.view(np.uint32)[:, :, 0]


def clip(rect: Rect | None, width: int, height: int) -> Rect:
    """Return the part of `rect` (None: everything) that lies inside a picture of that size."""
    return Rect(0, 0, width, height) if rect is None else rect.clip(width, height)


def cut(picture: NDArray[Any], rect: Rect | None) -> NDArray[np.uint32]:
    """Return the pixels of `rect` (None: all), a view: uint32 (h, w).

    Raises:
        PictureError: a rectangle that is empty or reaches beyond the picture.
    """
    pixels = pixels_of(picture)
    height, width = pixels.shape
    area = clip(rect, width, height)
    if area.is_empty or (rect is not None and area != rect):
        raise PictureError(f"{rect} is empty or outside of the picture of {width}x{height}")
    return pixels[area.slices]
