"""Two fingers: scroll, zoom and pan, and how they are told apart."""

from collections.abc import Callable
from typing import Any

import pytest

from support.gesture_steps import replay_touches

Touches = Callable[..., list[list[Any]]]

BOTH_DOWN = "down 1 100 100 0, down 2 200 100 20"


@pytest.fixture
def touches(run: Callable[..., Any]) -> Touches:
    return lambda steps, **options: [
        action for action in replay_touches(run, steps, **options) if action[0] != "point"
    ]


def total(actions: list[list[Any]], name: str) -> tuple[float, float]:
    found = [action[1:] for action in actions if action[0] == name]
    return round(sum(x for x, _ in found), 1), round(sum(y for _, y in found), 1)


@pytest.mark.parametrize("mode", ["direct", "trackpad"])
def test_fingers_that_move_together_scroll_what_is_under_them(touches: Touches, mode: str) -> None:
    actions = touches(BOTH_DOWN + ", move 1 100 60 40, move 2 200 60 40, move 1 100 40 60", mode=mode)
    assert {name for name, *_ in actions} == {"scroll"}
    assert total(actions, "scroll") == (0, 50)  # up: the wheel turns down


def test_fingers_that_move_apart_zoom_around_their_middle(touches: Touches) -> None:
    actions = touches(BOTH_DOWN + ", move 1 80 100 40, move 2 240 100 50")
    assert {name for name, *_ in actions} == {"pan", "zoom"}
    factors = [action[1] for action in actions if action[0] == "zoom"]
    assert factors[0] == 1  # the threshold is no jump
    assert factors[1] == pytest.approx(160 / 120, abs=0.01)
    assert actions[-1][2] == [160, 100]
    assert total(actions, "pan") == (10, 0)


def test_a_scroll_stays_one_when_the_fingers_drift_apart(touches: Touches) -> None:
    actions = touches(BOTH_DOWN + ", move 1 100 60 40, move 2 200 60 40, move 2 290 60 60")
    assert {name for name, *_ in actions} == {"scroll"}


def test_a_pinch_stays_one_when_the_fingers_move_together(touches: Touches) -> None:
    actions = touches(BOTH_DOWN + ", move 1 70 100 40, move 1 70 10 60, move 2 200 10 70, up 1 70 10 80")
    assert {name for name, *_ in actions} == {"pan", "zoom", "settle"}


def test_a_picture_larger_than_the_window_is_panned(touches: Touches) -> None:
    moves = BOTH_DOWN + ", move 1 100 60 40, move 2 200 60 40"
    assert {name for name, *_ in touches(moves, overflows=True)} == {"pan"}
    # On a trackpad the picture follows the pointer.
    assert {name for name, *_ in touches(moves, mode="trackpad", overflows=True)} == {"scroll"}


def test_a_fast_scroll_has_momentum_until_the_next_touch(touches: Touches) -> None:
    moves = "".join(
        f", move 1 100 {100 - y} {20 + y}, move 2 200 {100 - y} {20 + y}" for y in range(15, 91, 15)
    )
    swipe = BOTH_DOWN + moves + ", up 1 100 10 112, up 2 200 10 112"
    before = total(touches(swipe), "scroll")[1]
    assert total(touches(swipe + ", tick 300"), "scroll")[1] > before + 50
    assert total(touches(swipe + ", tick 9000"), "scroll") == total(touches(swipe + ", tick 90000"), "scroll")
    stopped = touches(swipe + ", tick 150, down 3 5 5 151, cancel 3 152, tick 9000")
    assert total(stopped, "scroll")[1] < total(touches(swipe + ", tick 9000"), "scroll")[1]


def test_fingers_that_rest_before_they_are_lifted_have_no_momentum(touches: Touches) -> None:
    scroll = BOTH_DOWN + ", move 1 100 60 40, move 2 200 60 40, up 1 100 60 200, up 2 200 60 200"
    assert touches(scroll + ", tick 9000") == touches(scroll)
