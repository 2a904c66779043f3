from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from moof.geometry import Rect
from moof.media.i444 import bgra_to_i444
from moof.media.raster import PictureError


def plain(picture: NDArray[np.uint8]) -> list[NDArray[np.float64]]:
    """BT.709, full range, in floating point."""
    b, g, r = (picture[..., i] / 255 for i in range(3))
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return [255 * y, 128 + 255 * (b - y) / 1.8556, 128 + 255 * (r - y) / 1.5748]


Planes = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]


def planes(height: int, width: int) -> Planes:
    y, u, v = np.zeros((3, height, width), np.uint8)
    return y, u, v


@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (64, 33)])
def test_every_pixel_keeps_its_colour(
    shape: tuple[int, int], rng: np.random.Generator, strided: Callable[[NDArray[Any]], NDArray[Any]]
) -> None:
    picture = rng.integers(0, 256, (*shape, 4), np.uint8)
    made = planes(*shape)
    bgra_to_i444(strided(picture), *made)
    for plane, wanted in zip(made, plain(picture), strict=True):
        assert np.abs(plane - wanted).max() <= 0.51


def test_the_ends_of_the_scale_fit_into_a_byte() -> None:
    pure = np.array([[0xFF, 0xFFFF00, 0xFF0000, 0xFFFF, 0xFFFFFF, 0]], np.uint32)  # blue, yellow, red, cyan
    y, u, v = planes(1, 6)
    bgra_to_i444(pure, y, u, v)
    assert u[0, :2].tolist() == [255, 0]
    assert v[0, 2:4].tolist() == [255, 0]
    assert y[0, 4:].tolist() == [255, 0]


def test_only_the_rectangle_is_written(rng: np.random.Generator) -> None:
    picture = rng.integers(0, 256, (20, 30, 4), np.uint8)
    whole, part = planes(20, 30), planes(20, 30)
    bgra_to_i444(picture, *whole)
    bgra_to_i444(picture, *part, Rect(5, 3, 7, 11))
    for full, cut in zip(whole, part, strict=True):
        assert np.array_equal(cut[3:14, 5:12], full[3:14, 5:12])
        cut[3:14, 5:12] = 0
        assert not cut.any()


def test_only_the_chosen_blocks_of_the_rectangle_are_written(rng: np.random.Generator) -> None:
    picture = rng.integers(0, 256, (20, 40, 4), np.uint8)
    whole, part = planes(20, 40), planes(20, 40)
    bgra_to_i444(picture, *whole)
    bgra_to_i444(picture, *part, Rect(5, 3, 31, 15), np.array([[1, 1, 0], [0, 0, 1]], np.bool_))
    for full, cut in zip(whole, part, strict=True):
        assert np.array_equal(cut[3:16, 5:32], full[3:16, 5:32])
        assert np.array_equal(cut[16:18, 32:36], full[16:18, 32:36])
        cut[3:16, 5:32] = cut[16:18, 32:36] = 0
        assert not cut.any()


def test_planes_of_another_size_are_refused() -> None:
    with pytest.raises(PictureError):
        bgra_to_i444(np.zeros((4, 4, 4), np.uint8), *planes(4, 6))
