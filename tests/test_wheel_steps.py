from hypothesis import given
from hypothesis import strategies as st

from moof.wheel_steps import WheelSteps


@given(st.integers(1, 100), st.lists(st.tuples(st.integers(-300, 300), st.integers(-300, 300))))
def test_movements_add_up_to_whole_steps_towards_zero(pixels: int, movements: list[tuple[int, int]]) -> None:
    wheel = WheelSteps(pixels)
    moved_x = moved_y = steps_x = steps_y = 0
    for dx, dy in movements:
        columns, rows = wheel.turn(dx, dy)
        moved_x, moved_y, steps_x, steps_y = moved_x + dx, moved_y + dy, steps_x + columns, steps_y + rows
        assert abs(moved_x - steps_x * pixels) < pixels
        assert abs(moved_y - steps_y * pixels) < pixels
