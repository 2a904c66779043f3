import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from moof.geometry import EMPTY, Rect
from moof.media.difference import changed_rect, changed_rows
from moof.media.raster import PictureError

Strided = Callable[[NDArray[Any]], NDArray[Any]]
points = st.lists(st.tuples(st.integers(0, 39), st.integers(0, 59)), max_size=6)


@given(points)
@settings(deadline=None)
def test_changed_rows(changes: list[tuple[int, int]]) -> None:
    before = np.zeros((40, 60), np.uint8)
    after = before.copy()
    for y, x in changes:
        after[y, x] = 1
    rows = sorted(y for y, _ in changes)
    assert changed_rows(after, before) == ((rows[0], rows[-1] + 1) if rows else None)


@given(points, st.none() | st.builds(Rect, *[st.integers(-5, 45)] * 4))
@settings(deadline=None)
def test_changed_rect(changes: list[tuple[int, int]], within: Rect | None) -> None:
    before = np.zeros((40, 60), np.uint32)
    after = before.copy()
    for y, x in changes:
        after[y, x] = 0x01000000  # one byte of four is enough
    left, top, width, height = within or (0, 0, 60, 40)
    found = [(y, x) for y, x in changes if left <= x < left + width and top <= y < top + height]
    ys, xs = [y for y, _ in found], [x for _, x in found]
    expected = (min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1) if found else EMPTY
    assert changed_rect(after, before, within) == expected


def test_views_into_shared_memory(strided: Strided, rng: np.random.Generator) -> None:
    before = rng.integers(0, 256, (48, 64, 4), np.uint8)
    after = before.copy()
    after[10:20, 30:33] ^= 255
    assert changed_rect(strided(after), before) == (30, 10, 3, 10)
    assert changed_rect(strided(after), strided(before), Rect(0, 15, 32, 100)) == (30, 15, 2, 5)
    rows, old_rows = after.reshape(48, 256), before.reshape(48, 256)
    assert changed_rows(strided(rows), old_rows) == (10, 20)


def test_pictures_of_different_size_are_refused() -> None:
    with pytest.raises(PictureError, match="cannot compare"):
        changed_rect(np.zeros((4, 4), np.uint32), np.zeros((4, 5), np.uint32))
    with pytest.raises(PictureError, match="cannot compare"):
        changed_rows(np.zeros((4, 4), np.uint8), np.zeros((5, 4), np.uint8))


def test_empty_pictures_are_equal() -> None:
    empty = np.zeros((0, 8), np.uint8)
    assert changed_rows(empty, empty) is None
    assert changed_rect(np.zeros((0, 8), np.uint32), np.zeros((0, 8), np.uint32)) == EMPTY


def test_picture_that_changes_during_the_search_gives_a_valid_rectangle() -> None:
    before, after = np.zeros((2, 4096), np.uint32), np.zeros((2, 4096), np.uint32)
    done = threading.Event()

    def flicker() -> None:
        while not done.is_set():
            after[1, 4095] ^= 1

    other_process = threading.Thread(target=flicker, name="flicker")
    other_process.start()
    try:
        boxes = {changed_rect(after, before) for _ in range(2000)}
    finally:
        done.set()
        other_process.join()
    assert boxes <= {EMPTY, Rect(4095, 1, 1, 1)}
