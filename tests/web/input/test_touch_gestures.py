"""Which gesture the fingers make: one or two, and what a second or third finger changes."""

from collections.abc import Callable
from typing import Any

import pytest

from support.gesture_steps import buttons_of, replay_touches

Touches = Callable[..., list[list[Any]]]


@pytest.fixture
def touches(run: Callable[..., Any]) -> Touches:
    return lambda steps, mode="direct": replay_touches(run, steps, mode)


@pytest.mark.parametrize("mode", ["direct", "trackpad"])
def test_a_tap_of_two_fingers_is_a_right_click(touches: Touches, mode: str) -> None:
    actions = touches("down 1 50 60 0, down 2 120 60 60, up 2 120 60 100, up 1 50 60 120, tick 900", mode)
    assert buttons_of(actions) == [2, 0]
    assert [action[1:] for action in actions if action[0] == "point"] == (
        [[50, 60]] if mode == "direct" else []
    )


@pytest.mark.parametrize(
    "steps",
    [
        "down 1 50 60 0, down 2 120 60 60, up 2 120 60 100, up 1 50 60 400",
        "down 1 50 60 0, down 2 120 60 60, move 1 50 90 80, move 2 120 90 80, up 2 120 90 90, up 1 50 90 95",
        "out 1 50 60 0, down 2 120 60 60, up 2 120 60 100, up 1 50 60 120",
        "down 1 50 60 0, down 2 120 60 60, cancel 2 100, up 1 50 60 120",
    ],
    ids=["long", "moved", "beside the picture", "cancelled"],
)
def test_other_touches_of_two_fingers_click_nothing(touches: Touches, steps: str) -> None:
    assert buttons_of(touches(steps + ", tick 9000")) == []


def test_a_second_finger_cancels_a_press_that_has_not_happened(touches: Touches) -> None:
    actions = touches("down 1 50 60 0, down 2 120 60 119, move 1 50 30 200, move 2 120 30 210, tick 9000")
    assert buttons_of(actions) == []
    assert actions[-1][0] == "scroll"


def test_a_drag_remains_one_with_a_second_finger(touches: Touches) -> None:
    actions = touches(
        "down 1 50 60 0, tick 120, down 2 120 60 130, move 2 120 200 140, move 1 90 60 150, up 2 120 200 160,"
        "up 1 90 60 300, tick 900"
    )
    assert {name for name, *_ in actions} == {"point", "setButtons"}
    assert buttons_of(actions) == [1, 0]
    assert actions[-2] == ["point", 90, 60]


def test_a_third_finger_does_not_count(touches: Touches) -> None:
    actions = touches(
        "down 1 50 60 0, down 2 120 60 20, down 3 90 90 30, move 3 90 300 40, up 3 90 300 50,"
        "move 1 50 30 60, move 2 120 30 60"
    )
    assert {name for name, *_ in actions} == {"point", "scroll"}


def test_a_finger_that_comes_back_begins_another_gesture(touches: Touches) -> None:
    steps = "down 1 50 60 0, down 2 120 60 20, move 2 180 60 40, up 2 180 60 60, down 3 120 60 400"
    actions = touches(steps + ", move 3 180 60 440, up 3 180 60 460, up 1 50 60 470, tick 900")
    assert [action[0] for action in actions].count("settle") == 2
    assert buttons_of(actions) == []


def test_the_finger_left_over_from_a_gesture_moves_nothing(touches: Touches) -> None:
    steps = "down 1 50 60 0, down 2 120 60 20, move 2 180 60 40, up 2 180 60 60"
    assert touches(steps) == touches(steps + ", move 1 90 90 80, up 1 90 90 90, tick 900")


def test_cleared_gestures_send_nothing_more(touches: Touches) -> None:
    steps = "down 1 50 60 0, tick 120"
    assert touches(steps + ", clear, move 1 90 90 200, up 1 90 90 220, tick 900") == touches(steps)
    assert buttons_of(touches(steps + ", clear, down 2 50 60 500, tick 700")) == [1, 1]
