"""Sizes that a program allows, and the places of dialogs and maximised windows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.window_placement import SizeHints, dialog_place, expanded, inside
from moof.geometry import Rect

SCREEN = Rect(0, 0, 1000, 800)
SIZES = st.tuples(st.integers(1, 1500), st.integers(1, 1500))
RECTS = st.builds(
    Rect, st.integers(-500, 1500), st.integers(-500, 1500), st.integers(1, 1500), st.integers(1, 1500)
)


def words(flags: int, **at: int) -> list[int]:
    found = [flags] + [0] * 17
    for name, value in at.items():
        found[int(name.removeprefix("w"))] = value
    return found


def test_hints_of_xterm() -> None:
    hints = SizeHints.parse(words(0x150, w5=10, w6=17, w9=6, w10=13, w15=4, w16=4))
    assert hints == SizeHints(least=(10, 17), base=(4, 4), step=(6, 13))
    assert hints.fitted(1000, 800) == (4 + 166 * 6, 4 + 61 * 13)
    assert not hints.is_fixed


def test_hints_of_a_fixed_window() -> None:
    hints = SizeHints.parse(words(0x30, w5=320, w6=200, w7=320, w8=200))
    assert hints.is_fixed
    assert hints.fitted(1000, 800) == (320, 200)


def test_hints_without_sense_do_not_limit() -> None:
    assert SizeHints.parse([]) == SizeHints.parse([0xFFFF] * 5) == SizeHints.parse(words(0x70)) == SizeHints()


@given(SIZES, SIZES, SIZES, SIZES)
def test_a_fitted_size_is_within_the_limits(
    size: tuple[int, int], least: tuple[int, int], greatest: tuple[int, int], step: tuple[int, int]
) -> None:
    fitted = SizeHints(least, greatest, (0, 0), step).fitted(*size)
    for got, given_size, low, high, each in zip(fitted, size, least, greatest, step, strict=True):
        assert got >= low
        assert got == low or (got <= min(given_size, high) and got % each == 0)


@given(RECTS)
def test_a_window_is_moved_into_the_screen_as_far_as_it_fits(place: Rect) -> None:
    moved = inside(place, SCREEN)
    assert moved[2:] == place[2:]
    assert moved.x == 0 or 0 < moved.x <= SCREEN.width - moved.width
    assert moved.y == 0 or 0 < moved.y <= SCREEN.height - moved.height


def test_a_dialog_lies_in_its_parent_or_in_its_middle() -> None:
    parent = Rect(400, 300, 300, 200)
    assert dialog_place(Rect(410, 310, 100, 50), parent, SCREEN) == (410, 310, 100, 50)
    assert dialog_place(Rect(0, 0, 100, 50), parent, SCREEN) == (500, 375, 100, 50)
    assert dialog_place(Rect(0, 0, 900, 50), parent, SCREEN) == (100, 375, 900, 50)


def test_a_window_is_maximised_in_one_direction_or_both() -> None:
    place, hints = Rect(10, 20, 100, 50), SizeHints()
    assert expanded(place, SCREEN, hints, wide=True, high=False) == (0, 20, 1000, 50)
    assert expanded(place, SCREEN, hints, wide=False, high=True) == (10, 0, 100, 800)
    assert expanded(place, SCREEN, hints, wide=True, high=True) == SCREEN
