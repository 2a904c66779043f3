"""One finger: the mouse itself, or that of a trackpad."""

from collections.abc import Callable
from typing import Any

import pytest

from support.gesture_steps import buttons_of, replay_touches

Touches = Callable[..., list[list[Any]]]


@pytest.fixture
def direct(run: Callable[..., Any]) -> Touches:
    return lambda touches: replay_touches(run, touches)


@pytest.fixture
def trackpad(run: Callable[..., Any]) -> Touches:
    return lambda touches: replay_touches(run, touches, "trackpad")


def test_a_tap_points_and_clicks_long_enough_for_the_mac(direct: Touches) -> None:
    tap = "down 1 50 60 0, up 1 52 60 30"
    assert direct(tap + ", tick 79")[:2] == [["point", 50, 60], ["setButtons", 1]]
    assert buttons_of(direct(tap + ", tick 79")) == [1]
    assert buttons_of(direct(tap + ", tick 80")) == [1, 0]


def test_a_touch_presses_the_button_after_a_moment(direct: Touches) -> None:
    assert direct("down 1 50 60 0, tick 119") == [["point", 50, 60]]
    assert direct("down 1 50 60 0, tick 120, tick 5000") == [["point", 50, 60], ["setButtons", 1]]


def test_a_drag_begins_where_the_finger_came_down(direct: Touches) -> None:
    assert direct("down 1 50 60 0, move 1 80 60 50, move 1 90 60 60, up 1 91 60 200") == [
        ["point", 50, 60],
        ["setButtons", 1],
        ["point", 80, 60],
        ["point", 90, 60],
        ["point", 91, 60],
        ["setButtons", 0],
    ]


def test_a_quick_drag_ends_where_the_finger_was_lifted(direct: Touches) -> None:
    actions = direct("down 1 50 60 0, move 1 90 60 20, up 1 99 60 30, tick 200")
    assert actions == [["point", 50, 60], ["setButtons", 1], ["point", 99, 60], ["setButtons", 0]]


def test_two_taps_are_a_double_click_at_one_place(direct: Touches) -> None:
    actions = direct("down 1 50 60 0, up 1 50 60 40, down 2 60 66 150, up 2 60 66 200, tick 400")
    assert buttons_of(actions) == [1, 0, 1, 0]
    assert [action for action in actions if action[0] == "point"] == [["point", 50, 60]] * 4


def test_the_button_is_up_before_the_next_touch_moves_the_pointer(direct: Touches) -> None:
    actions = direct("down 1 50 60 0, up 1 50 60 40, down 2 300 300 60")
    assert actions[-2:] == [["setButtons", 0], ["point", 300, 300]]


def test_a_touch_beside_the_picture_does_nothing(direct: Touches) -> None:
    assert direct("out 1 50 60 0, move 1 90 60 300, up 1 90 60 310, tick 900") == []


@pytest.mark.parametrize(("time", "buttons"), [(50, []), (300, [1, 0])])
def test_a_cancelled_touch_releases_the_button_where_it_was(
    direct: Touches, time: int, buttons: list[int]
) -> None:
    actions = direct(f"down 1 50 60 0, tick {time}, cancel 1 {time}, tick 900")
    assert buttons_of(actions) == buttons
    assert [action for action in actions if action[0] == "point"] == [["point", 50, 60]]


def test_slow_movements_are_exact_and_fast_ones_go_far(trackpad: Touches) -> None:
    slow = trackpad("down 1 50 60 0, move 1 60 60 100, move 1 64 60 400")
    fast = trackpad("down 1 50 60 0, move 1 60 60 100, move 1 64 60 104")
    assert [action[0] for action in slow] == ["move", "move"]
    assert 2 < slow[-1][1] < 4 < fast[-1][1] < 15


def test_a_resting_finger_does_not_move_the_pointer(trackpad: Touches) -> None:
    assert trackpad("down 1 50 60 0, move 1 57 55 100, up 1 57 55 400, tick 900") == []


def test_a_tap_on_a_trackpad_is_a_click(trackpad: Touches) -> None:
    tap = "down 1 50 60 0, up 1 50 60 80"
    assert trackpad(tap + ", tick 279") == [["setButtons", 1]]
    assert trackpad(tap + ", tick 280") == [["setButtons", 1], ["setButtons", 0]]


def test_a_tap_and_a_movement_drag(trackpad: Touches) -> None:
    actions = trackpad("down 1 50 60 0, up 1 50 60 80, down 2 50 60 200, move 2 90 60 300, up 2 90 60 400")
    assert [action[0] for action in actions] == ["setButtons", "move", "setButtons"]
    assert buttons_of(actions) == [1, 0]


def test_two_taps_on_a_trackpad_are_a_double_click(trackpad: Touches) -> None:
    actions = trackpad("down 1 50 60 0, up 1 50 60 80, down 2 50 60 200, up 2 50 60 260, tick 310, tick 360")
    assert actions == [["setButtons", buttons] for buttons in (1, 0, 1, 0)]


def test_a_long_touch_holds_the_button_and_drags(trackpad: Touches) -> None:
    actions = trackpad("down 1 50 60 0, tick 500, move 1 90 60 700, up 1 90 60 800")
    assert [action[0] for action in actions] == ["setButtons", "move", "setButtons"]


def test_a_touch_after_the_click_is_over_moves_the_pointer_only(trackpad: Touches) -> None:
    actions = trackpad("down 1 50 60 0, up 1 50 60 80, down 2 50 60 300, move 2 90 60 320, up 2 90 60 340")
    assert [action[0] for action in actions] == ["setButtons", "setButtons", "move"]


def test_a_cancelled_touch_ends_a_trackpads_drag(trackpad: Touches) -> None:
    assert buttons_of(trackpad("down 1 50 60 0, tick 500, cancel 1 600")) == [1, 0]
    assert buttons_of(trackpad("down 1 50 60 0, cancel 1 100, tick 900")) == []
