import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from moof.geometry import EMPTY, Rect
from moof.media.changed_blocks import (
    BLOCK,
    BlockVersions,
    blocks_shape,
    chosen_blocks,
    copy_blocks,
    copy_changes,
)
from moof.media.raster import PictureError

Strided = Callable[[NDArray[Any]], NDArray[Any]]
WIDTH, HEIGHT = 60, 40
points = st.lists(st.tuples(st.integers(0, HEIGHT - 1), st.integers(0, WIDTH - 1)), max_size=6)


@given(points, st.none() | st.builds(Rect, *[st.integers(-5, 65)] * 4))
@settings(deadline=None)
def test_what_differs_inside_the_rectangle_is_found_copied_and_marked(
    changes: list[tuple[int, int]], within: Rect | None
) -> None:
    held = np.random.default_rng(1).integers(0, 2**32, (HEIGHT, WIDTH), np.uint32)
    new, expected, blocks = held.copy(), held.copy(), BlockVersions(WIDTH, HEIGHT)
    for y, x in changes:
        new[y, x] ^= 0x01000000  # one byte of four is enough
    left, top, width, height = within or (0, 0, WIDTH, HEIGHT)
    area = (slice(max(0, top), max(0, top + height)), slice(max(0, left), max(0, left + width)))
    expected[area] = new[area]
    ys, xs = np.nonzero(expected != held)
    marked = np.zeros(blocks_shape(WIDTH, HEIGHT), bool)
    marked[ys // BLOCK, xs // BLOCK] = True

    found = copy_changes(new, held, blocks, within)
    assert np.array_equal(held, expected)
    assert np.array_equal(blocks.changed_since(0), marked)
    box = (xs.min(), ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1) if xs.size else EMPTY
    assert found == box


def test_readers_learn_what_changed_since_they_last_looked() -> None:
    held, blocks = np.zeros((32, 48), np.uint32), BlockVersions(48, 32, 7)
    assert blocks.changed_since(6).all()
    assert not blocks.changed_since(7).any()
    for x in (0, 20):
        new = held.copy()
        new[17, x] = 1
        copy_changes(new, held, blocks)
    assert blocks.version == 9
    assert np.argwhere(blocks.changed_since(7)).tolist() == [[1, 0], [1, 1]]
    assert np.argwhere(blocks.changed_since(8)).tolist() == [[1, 1]]


def test_change_of_all_blocks_needs_no_pixels() -> None:
    blocks = BlockVersions(20, 20, 3)
    blocks.change_all()
    assert blocks.changed_since(3).all()
    assert not blocks.changed_since(blocks.version).any()


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**9 - 1))
@settings(deadline=None)
def test_only_the_chosen_blocks_are_copied(width: int, height: int, choice: int) -> None:
    source = np.random.default_rng(width).integers(0, 2**24, (height, width), np.uint32)
    target, shape = np.zeros_like(source), blocks_shape(width, height)
    blocks = np.array([choice >> i & 1 for i in range(shape[0] * shape[1])], np.bool_).reshape(shape)
    copy_blocks(source, target, blocks, 0xFF000000)
    chosen = blocks.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)[:height, :width]
    assert np.array_equal(target, np.where(chosen, source | 0xFF000000, 0))


def test_views_into_shared_memory(strided: Strided, rng: np.random.Generator) -> None:
    held = rng.integers(0, 256, (48, 64, 4), np.uint8)
    new = held.copy()
    new[10:20, 30:33] ^= 255
    kept = strided(held)
    assert copy_changes(strided(new), kept, BlockVersions(64, 48), Rect(0, 15, 32, 100)) == (30, 15, 2, 5)
    assert copy_changes(new, kept, BlockVersions(64, 48)) == (30, 10, 3, 10)
    assert np.array_equal(kept, new)


def test_pictures_of_different_size_are_refused() -> None:
    square, wide = np.zeros((4, 4), np.uint32), np.zeros((4, 20), np.uint32)
    with pytest.raises(PictureError, match="cannot compare"):
        copy_changes(square, wide, BlockVersions(20, 4))
    with pytest.raises(PictureError, match="cannot compare"):
        copy_changes(wide, wide.copy(), BlockVersions(4, 4))
    with pytest.raises(PictureError, match="cannot copy"):
        copy_blocks(wide, square, np.ones((1, 1), np.bool_), 0)
    with pytest.raises(PictureError, match="do not fit"):
        copy_blocks(wide, wide.copy(), np.ones((1, 1), np.bool_), 0)


def test_empty_pictures_are_equal() -> None:
    empty = np.zeros((0, 8), np.uint32)
    assert copy_changes(empty, empty.copy(), BlockVersions(8, 0)) == EMPTY


def test_all_blocks_are_chosen_where_none_are_named() -> None:
    named = np.zeros((1, 2), np.bool_)
    assert chosen_blocks(None, 33, 17).tolist() == [[True] * 3] * 2
    assert chosen_blocks(named, 20, 10) is named
    with pytest.raises(PictureError, match="do not fit"):
        chosen_blocks(named, 40, 10)


def test_picture_that_changes_during_the_search_gives_a_valid_rectangle() -> None:
    new = np.zeros((2, 4096), np.uint32)
    done = threading.Event()

    def flicker() -> None:
        while not done.is_set():
            new[1, 4095] ^= 1

    other_process = threading.Thread(target=flicker, name="flicker")
    other_process.start()
    try:
        held, blocks = np.zeros((2, 4096), np.uint32), BlockVersions(4096, 2)
        boxes = {copy_changes(new, held, blocks) for _ in range(2000)}
    finally:
        done.set()
        other_process.join()
    assert boxes <= {EMPTY, Rect(4095, 1, 1, 1)}
