"""Clicks of X's wheel buttons for wheel movements in pixels."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.wheel import CLICK_PIXELS, MAX_CLICKS, WheelClicks

UP, DOWN, LEFT, RIGHT = 4, 5, 6, 7


def test_directions() -> None:
    wheel = WheelClicks()
    assert wheel.turn(0, -CLICK_PIXELS) == [UP]
    assert wheel.turn(0, 2 * CLICK_PIXELS) == [DOWN, DOWN]
    assert wheel.turn(-CLICK_PIXELS, 0) == [LEFT]
    assert wheel.turn(CLICK_PIXELS, CLICK_PIXELS) == [DOWN, RIGHT]


@given(st.lists(st.integers(-300, 300)))
def test_small_movements_add_up_to_the_same_clicks(movements: list[int]) -> None:
    wheel, moved, clicks = WheelClicks(), 0, 0
    for movement in movements:
        buttons = wheel.turn(0, movement)
        moved += movement
        clicks += buttons.count(DOWN) - buttons.count(UP)
        assert abs(moved - clicks * CLICK_PIXELS) < CLICK_PIXELS


def test_one_message_makes_a_bounded_number_of_clicks() -> None:
    wheel = WheelClicks()
    assert wheel.turn(-32_768, 32_767) == [DOWN] * MAX_CLICKS + [LEFT] * MAX_CLICKS
    assert len(wheel.turn(0, CLICK_PIXELS)) <= 2
