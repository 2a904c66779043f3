from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from moof.mac.headless import decode
from moof.mac.memory import FRAMEBUFFER_BASE, FRAMEBUFFER_BYTES, MEGABYTE, GuestMemory
from moof.mac.screen import Screen
from moof.mac.video import DEPTHS, Video, VideoMode

SMALL = (512, 342)


def still() -> int:
    """The sequence of a guest that draws nothing meanwhile."""
    return 0


class Card:
    """A video card in a small mode, with the screen that watches it."""

    def __init__(self, memory: GuestMemory, depth: int = 8) -> None:
        memory.view(FRAMEBUFFER_BASE, FRAMEBUFFER_BYTES)[:] = 0
        self.video = Video(memory)
        self.video.set_mode(VideoMode(*SMALL, depth))
        self.screen = Screen(self.video)

    @property
    def framebuffer(self) -> NDArray[np.uint8]:
        return self.video.framebuffer(self.video.mode)

    def expected(self) -> NDArray[np.uint32]:
        return decode(self.framebuffer, self.video.mode.depth, self.video.clut)


SHARED = GuestMemory(MEGABYTE)


@pytest.fixture
def card() -> Card:
    return Card(SHARED)


def test_the_first_picture_is_all_new(card: Card) -> None:
    assert not card.screen.is_current_mode
    assert card.screen.take(still) == (0, 0, *SMALL)
    assert card.screen.is_current_mode
    assert (card.screen.pixels == card.expected()).all()


def test_nothing_changed_is_none(card: Card) -> None:
    card.screen.take(still)
    assert card.screen.take(still) is None


@settings(max_examples=40, deadline=None)
@given(
    depth=st.sampled_from(DEPTHS),
    writes=st.lists(st.tuples(st.integers(0, 341), st.integers(0, 63), st.integers(0, 255)), max_size=8),
)
def test_the_changed_box_is_exact(depth: int, writes: list[tuple[int, int, int]]) -> None:
    card = Card(SHARED, depth)
    card.screen.take(still)
    before = card.screen.pixels.copy()
    for y, x, value in writes:
        card.framebuffer[y, x] = value
    box = card.screen.take(still)
    assert (card.screen.pixels == card.expected()).all()
    rows, columns = np.nonzero(card.screen.pixels != before)
    if box is None:
        assert not len(rows)
    else:
        assert box == (
            columns.min(),
            rows.min(),
            columns.max() - columns.min() + 1,
            rows.max() - rows.min() + 1,
        )


def test_new_colours_change_the_pixels_that_have_them(card: Card) -> None:
    card.framebuffer[10, 20] = 5
    card.screen.take(still)
    card.video.set_colours(5, np.array([[1, 2, 3]], dtype=np.uint8))
    assert card.screen.take(still) == (20, 10, 1, 1)
    assert card.screen.pixels[10, 20] == 0xFF010203


def test_a_new_mode_is_a_whole_new_picture(card: Card) -> None:
    card.screen.take(still)
    card.video.set_mode(VideoMode(640, 480, 1))
    assert card.screen.take(still) == (0, 0, 640, 480)
    assert card.screen.pixels.shape == (480, 640)


def test_what_is_drawn_meanwhile_is_taken_too(card: Card) -> None:
    card.screen.take(still)
    card.framebuffer[1, 1] = 9

    def drawing() -> Iterator[int]:
        yield 2
        card.framebuffer[300, 500] = 9  # after the first copy
        yield 4

    sequence = drawing()
    assert card.screen.take(lambda: next(sequence)) == (1, 1, 500, 300)
    assert (card.screen.pixels == card.expected()).all()


def test_a_mode_switched_meanwhile_is_no_picture(card: Card) -> None:
    card.screen.take(still)

    def switching() -> Iterator[int]:
        yield 2
        card.video.set_mode(VideoMode(640, 480, 8))
        yield 3

    sequence = switching()
    assert card.screen.take(lambda: next(sequence)) is None
    assert card.screen.take(still) == (0, 0, 640, 480)
