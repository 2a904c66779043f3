"""Pictures for the tests of moof.media."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(68000)


@pytest.fixture
def strided() -> Callable[[NDArray[Any]], NDArray[Any]]:
    """Return the same content as a view of a larger picture, as slots in shared memory are."""

    def place(array: NDArray[Any]) -> NDArray[Any]:
        height, width = array.shape[:2]
        memory = np.zeros((height + 2, width + 13, *array.shape[2:]), array.dtype)
        view = memory[1 : height + 1, :width]
        view[...] = array
        return view

    return place


@pytest.fixture(scope="session")
def desktop() -> Callable[[int, int, int], Picture]:
    """A Mac-like desktop (height, width, 4): grey, with a window of text-like marks `offset` pixels along."""

    def draw(width: int, height: int, offset: int = 0) -> Picture:
        picture = np.full((height, width, 4), 255, np.uint8)
        picture[..., :3] = (170, 160, 150)
        left, top = width // 8 + offset, height // 8
        window = picture[top : top + height // 2, left : left + width // 2]
        window[..., :3] = 255
        window[:16, :, :3] = (40, 40, 200)
        marks = np.random.default_rng(1).random(window[24::12, 8:-8].shape[:2]) < 0.4
        for row in range(24, window.shape[0] - 8, 12):
            window[row : row + 7, 8:-8][:, marks[(row - 24) // 12]] = (0, 0, 0, 255)
        return picture

    return draw
