from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from moof.geometry import EMPTY, Rect
from moof.media.depth import DEPTHS, to_bgra, update_bgra
from moof.media.raster import PictureError

Strided = Callable[[NDArray[Any]], NDArray[Any]]


def reference(raw: NDArray[np.uint8], depth: int, clut: NDArray[np.uint32], width: int) -> NDArray[np.uint32]:
    """Convert by numpy, written for clarity."""
    height = len(raw)
    if depth <= 8:
        bits = np.unpackbits(raw, axis=1)[:, : width * depth].reshape(height, width, depth)
        return clut[bits @ (1 << np.arange(depth)[::-1])]
    words = np.ascontiguousarray(raw[:, : width * depth // 8]).view(f">u{depth // 8}").astype(np.int64)
    if depth == 16:
        red, green, blue = (((words >> shift) & 31) * 33 // 4 for shift in (10, 5, 0))
    else:
        red, green, blue = ((words >> shift) & 255 for shift in (16, 8, 0))
    return (blue | green << 8 | red << 16 | 0xFF << 24).astype(np.uint32)


def bounding_box(changed: NDArray[np.bool_]) -> Rect:
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if len(rows) == 0:
        return EMPTY
    return Rect(int(columns[0]), int(rows[0]), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1)


@pytest.fixture
def clut(rng: np.random.Generator) -> NDArray[np.uint32]:
    return rng.integers(0, 1 << 24, 256, np.uint32) | np.uint32(0xFF000000)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("width", [1, 9, 512, 1152])
def test_every_depth(
    depth: int, width: int, clut: NDArray[np.uint32], strided: Strided, rng: np.random.Generator
) -> None:
    raw = rng.integers(0, 256, (20, (width * depth + 7) // 8), np.uint8)
    out = strided(np.zeros((20, width), np.uint32))
    to_bgra(strided(raw), depth, clut, out, (0, 20))
    assert (out == reference(raw, depth, clut, width)).all()


@given(data=st.data(), depth=st.sampled_from(DEPTHS))
@settings(max_examples=150, deadline=None)
def test_the_returned_rectangle_is_exact(data: st.DataObject, depth: int) -> None:
    width, height = data.draw(st.integers(1, 70)), data.draw(st.integers(1, 30))
    random = np.random.default_rng(data.draw(st.integers(0, 1000)))
    # Few colours, so that a changed byte may leave pixels as they were.
    clut = random.choice(np.array([0xFF000000, 0xFFFFFFFF, 0xFF123456], np.uint32), 256)
    raw = random.integers(0, 256, (height, (width * depth + 7) // 8), np.uint8)
    out = np.zeros((height, width), np.uint32)
    to_bgra(raw, depth, clut, out, (0, height))
    before = out.copy()
    for _ in range(data.draw(st.integers(0, 5))):
        raw[random.integers(height), random.integers(raw.shape[1])] ^= np.uint8(random.integers(256))
    box = update_bgra(raw, depth, clut, out, (0, height))
    assert (out == reference(raw, depth, clut, width)).all()
    assert box == bounding_box(out != before)


def test_other_rows_stay_as_they_are(clut: NDArray[np.uint32]) -> None:
    raw = np.full((10, 64), 7, np.uint8)
    out = np.zeros((10, 64), np.uint32)
    assert update_bgra(raw, 8, clut, out, (3, 6)) == (0, 3, 64, 3)
    assert not out[:3].any()
    assert not out[6:].any()
    assert (out[3:6] == clut[7]).all()
    assert update_bgra(raw, 8, clut, out, (4, 4)) == EMPTY


def test_read_only_memory_is_accepted(clut: NDArray[np.uint32]) -> None:
    raw = np.frombuffer(bytes(64 * 10), np.uint8).reshape(10, 64)
    out = np.zeros((10, 64), np.uint32)
    assert update_bgra(raw, 8, clut, out, (0, 10)) == (0, 0, 64, 10)


@pytest.mark.parametrize(
    ("depth", "raw_shape", "rows", "says"),
    [
        (3, (10, 64), (0, 10), "no depth of 3"),
        (8, (10, 63), (0, 10), "too short"),
        (8, (9, 64), (0, 10), "outside"),
        (8, (10, 64), (-1, 10), "outside"),
        (8, (10, 64), (6, 5), "outside"),
    ],
)
def test_what_does_not_fit_is_refused(
    depth: int, raw_shape: tuple[int, int], rows: tuple[int, int], says: str, clut: NDArray[np.uint32]
) -> None:
    with pytest.raises(PictureError, match=says):
        update_bgra(np.zeros(raw_shape, np.uint8), depth, clut, np.zeros((10, 64), np.uint32), rows)


def test_a_short_colour_table_is_refused() -> None:
    raw, out = np.zeros((1, 1), np.uint8), np.zeros((1, 8), np.uint32)
    with pytest.raises(PictureError, match="256 entries"):
        update_bgra(raw, 1, np.zeros(2, np.uint32), out, (0, 1))
