from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from moof.geometry import Rect
from moof.media.changed_blocks import BLOCK, blocks_shape
from moof.media.i420 import bgra_to_i420
from moof.media.raster import PictureError
from moof.media.yuv import LUMA_BLUE, LUMA_RED

Strided = Callable[[NDArray[Any]], NDArray[Any]]
Planes = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]


def planes(width: int, height: int, fill: int = 0) -> Planes:
    half_width, half_height = (width + 1) // 2, (height + 1) // 2
    y = np.full((2 * half_height, 2 * half_width), fill, np.uint8)
    return (
        y,
        np.full((half_height, half_width), fill, np.uint8),
        np.full((half_height, half_width), fill, np.uint8),
    )


def reference(bgra: NDArray[np.uint8]) -> tuple[NDArray[np.float64], ...]:
    """BT.709's formulas in floating point, chroma averaged over 2 x 2 pixels of the padded picture."""
    height, width = bgra.shape[:2]
    padded = np.pad(bgra, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge").astype(float) / 255
    blue, green, red = padded[..., 0], padded[..., 1], padded[..., 2]
    luma = LUMA_RED * red + (1 - LUMA_RED - LUMA_BLUE) * green + LUMA_BLUE * blue
    differences = (blue - luma) / (2 - 2 * LUMA_BLUE), (red - luma) / (2 - 2 * LUMA_RED)
    means = [c.reshape(len(c) // 2, 2, -1, 2).mean(axis=(1, 3)) for c in differences]
    return 255 * luma, 128 + 255 * means[0], 128 + 255 * means[1]


@pytest.mark.parametrize("size", [(64, 48), (33, 17), (1, 1), (2, 1), (1, 2), (1152, 4)])
def test_planes_equal_the_standards_formulas(size: tuple[int, int], rng: np.random.Generator) -> None:
    picture = rng.integers(0, 256, (size[1], size[0], 4), np.uint8)
    out = planes(*size)
    bgra_to_i420(picture, *out)
    for plane, exact in zip(out, reference(picture), strict=True):
        assert np.abs(plane - exact).max() < 0.51


def test_greys_have_no_tint_and_reach_both_ends() -> None:
    greys = np.repeat(np.arange(256, dtype=np.uint8), 2)[None, :, None].repeat(2, 0).repeat(4, 2)
    y, u, v = planes(512, 2)
    bgra_to_i420(greys, y, u, v)
    assert (y[0, 0], y[0, -1]) == (0, 255)
    assert (u == 128).all()
    assert (v == 128).all()


def test_pure_colours_have_the_values_of_bt709() -> None:
    expected = [(18, 255, 116), (182, 30, 12), (54, 99, 255)]
    blue, green, red = (np.array([[c]], np.uint32) for c in (0xFF, 0xFF00, 0xFF0000))
    for colour, triple in zip((blue, green, red), expected, strict=True):
        out = planes(1, 1)
        bgra_to_i420(colour, *out)
        assert tuple(int(plane[0, 0]) for plane in out) == triple


sizes = st.integers(1, 40)


@given(sizes, sizes, st.tuples(*[st.integers(-3, 45)] * 4))
@settings(deadline=None)
def test_only_the_rectangle_grown_to_even_edges_is_written(
    width: int, height: int, rect: tuple[int, int, int, int]
) -> None:
    picture = np.random.default_rng(width).integers(0, 256, (height, width, 4), np.uint8)
    whole, part = planes(width, height), planes(width, height, 1)
    bgra_to_i420(picture, *whole)
    bgra_to_i420(picture, *part, Rect(*rect))
    written = np.zeros((height + height % 2, width + width % 2), bool)
    x, y, w, h = rect
    left, top, right, bottom = max(x, 0), max(y, 0), min(x + w, width), min(y + h, height)
    if left < right and top < bottom:
        written[top // 2 * 2 : (bottom + 1) // 2 * 2, left // 2 * 2 : (right + 1) // 2 * 2] = True
    for plane, full, mask in zip(part, whole, (written, written[::2, ::2], written[::2, ::2]), strict=True):
        assert (plane == np.where(mask, full, 1)).all()


@given(sizes, sizes, st.none() | st.builds(Rect, *[st.integers(-3, 45)] * 4), st.integers(0, 2**9 - 1))
@settings(deadline=None)
def test_only_the_chosen_blocks_of_the_rectangle_are_written(
    width: int, height: int, rect: Rect | None, choice: int
) -> None:
    picture = np.random.default_rng(width).integers(0, 256, (height, width, 4), np.uint8)
    shape = blocks_shape(width, height)
    blocks = np.array([choice >> i & 1 for i in range(shape[0] * shape[1])], np.bool_).reshape(shape)
    all_of_it, part, before = planes(width, height, 1), planes(width, height, 1), planes(width, height, 1)
    bgra_to_i420(picture, *all_of_it, rect)
    bgra_to_i420(picture, *part, rect, blocks)
    chosen = blocks.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)
    chosen = chosen[: height + height % 2, : width + width % 2]
    masks = (chosen, chosen[::2, ::2], chosen[::2, ::2])
    for plane, full, old, mask in zip(part, all_of_it, before, masks, strict=True):
        assert (plane == np.where(mask, full, old)).all()


def test_planes_with_padded_rows(strided: Strided, rng: np.random.Generator) -> None:
    picture = rng.integers(0, 256, (12, 18, 4), np.uint8)
    expected = planes(18, 12)
    y, u, v = planes(18, 12)
    padded = strided(y), strided(u), strided(v)
    bgra_to_i420(picture, *expected)
    bgra_to_i420(picture, *padded)
    for plane, other in zip(padded, expected, strict=True):
        assert (plane == other).all()


def test_planes_of_another_size_are_refused() -> None:
    with pytest.raises(PictureError, match="does not fit"):
        bgra_to_i420(np.zeros((4, 5, 4), np.uint8), *planes(4, 4))
    y, u, _ = planes(4, 4)
    with pytest.raises(PictureError, match="same pitch"):
        bgra_to_i420(np.zeros((4, 4, 4), np.uint8), y, u, np.zeros((2, 3), np.uint8)[:, :2])
