"""Positions of one finger: taps that rest, double taps, drags."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def align(run: Run) -> Callable[[str], list[list[int]]]:
    """Return a function from events, "down x y ms" and so on, to the positions for them."""

    def positions(events: str) -> list[list[int]]:
        found: list[list[int]] = run(
            """
            const { TapAlignment } = await load("input/tap-alignment.js");
            const taps = new TapAlignment();
            return argument.map(([kind, ...numbers]) => {
                const [x, y, timeStamp] = numbers.map(Number);
                const { clientX, clientY } = taps.align({
                    type: `pointer${kind}`, clientX: x, clientY: y, timeStamp,
                });
                return [clientX, clientY];
            });
            """,
            [event.split() for event in events.split(",")],
        )
        return found

    return positions


def test_a_resting_finger_stays_where_it_came_down(align: Any) -> None:
    assert align("down 50 50 0, move 58 45 20, up 57 45 900") == [[50, 50]] * 3


def test_a_finger_that_moves_is_followed_from_then_on(align: Any) -> None:
    assert align("down 50 50 0, move 59 50 20, move 51 50 40, up 51 50 60") == [
        [50, 50],
        [59, 50],
        [51, 50],
        [51, 50],
    ]


def test_the_second_tap_of_a_double_tap_is_where_the_first_one_was(align: Any) -> None:
    events = "down 50 50 0, up 50 50 80, down 70 40 300, move 72 42 320, up 72 42 380, down 60 60 500"
    assert align(events) == [[50, 50]] * 6


def test_a_drag_after_a_double_tap_begins_there_and_follows_the_finger(align: Any) -> None:
    assert align("down 50 50 0, up 50 50 80, down 60 55 200, move 90 55 260, up 90 55 300") == [
        [50, 50],
        [50, 50],
        [50, 50],
        [90, 55],
        [90, 55],
    ]


@pytest.mark.parametrize(
    "second",
    ["down 75 50 200", "down 50 25 200", "down 55 50 481"],
    ids=["beside", "above", "late"],
)
def test_a_touch_elsewhere_or_later_is_a_tap_of_its_own(align: Any, second: str) -> None:
    _, x, y, _ = second.split()
    assert align(f"down 50 50 0, up 50 50 80, {second}")[-1] == [int(x), int(y)]


@pytest.mark.parametrize(
    "first",
    ["down 50 50 0, move 70 50 20, up 50 50 80", "down 50 50 0, cancel 50 50 80"],
    ids=["drag", "cancelled"],
)
def test_only_a_tap_can_begin_a_double_tap(align: Any, first: str) -> None:
    assert align(f"{first}, down 60 50 150")[-1] == [60, 50]
