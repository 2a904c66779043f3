from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from moof.media.difference import changed_rows
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


def test_views_into_shared_memory(strided: Strided, rng: np.random.Generator) -> None:
    before = rng.integers(0, 256, (48, 64, 4), np.uint8)
    after = before.copy()
    after[10:20, 30:33] ^= 255
    rows, old_rows = after.reshape(48, 256), before.reshape(48, 256)
    assert changed_rows(strided(rows), old_rows) == (10, 20)


def test_pictures_of_different_size_are_refused() -> None:
    with pytest.raises(PictureError, match="cannot compare"):
        changed_rows(np.zeros((4, 4), np.uint8), np.zeros((5, 4), np.uint8))


def test_empty_pictures_are_equal() -> None:
    empty = np.zeros((0, 8), np.uint8)
    assert changed_rows(empty, empty) is None
