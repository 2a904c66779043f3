"""Strokes of the arrow keys in place of a wheel."""

from moof.ipc import Key
from moof.server.protocol.arrow_keys import WHEEL_STEP, WheelArrows
from moof.server.protocol.keymap import ARROW_DOWN, ARROW_LEFT, ARROW_RIGHT, ARROW_UP


def stroke(code: int) -> list[Key]:
    return [Key(code, down=True), Key(code, down=False)]


def test_pixels_become_strokes_and_the_remainder_is_kept() -> None:
    arrows = WheelArrows()
    assert arrows.turn(0, WHEEL_STEP - 1) == []
    assert arrows.turn(0, 1) == stroke(ARROW_DOWN)
    assert arrows.turn(0, -2 * WHEEL_STEP) == 2 * stroke(ARROW_UP)
    assert arrows.turn(WHEEL_STEP, -WHEEL_STEP) == stroke(ARROW_RIGHT) + stroke(ARROW_UP)
    assert arrows.turn(-WHEEL_STEP, 0) == stroke(ARROW_LEFT)


def test_one_turn_makes_a_bounded_number_of_strokes() -> None:
    assert len(WheelArrows().turn(0, 32_767)) <= 16
