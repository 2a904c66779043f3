"""Turns wheel movements into strokes of the arrow keys, for emulators without a wheel. Sans-IO."""

from dataclasses import dataclass
from typing import Final

from moof.ipc import Key, Message
from moof.server.protocol.keymap import ARROW_DOWN, ARROW_LEFT, ARROW_RIGHT, ARROW_UP

WHEEL_STEP: Final = 40
"""Wheel pixels per arrow key: browsers report 100-120 for one notch, which then moves three lines."""
_MAX_ARROWS: Final = 8


@dataclass(slots=True)
class WheelArrows:
    """Keeps the pixels that are less than a step."""

    _x: int = 0
    _y: int = 0

    def turn(self, dx: int, dy: int) -> list[Message]:
        """Return the strokes for a movement in pixels, right and down positive."""
        columns, self._x = _whole_steps(self._x + dx)
        rows, self._y = _whole_steps(self._y + dy)
        return [
            *_strokes(ARROW_RIGHT if columns > 0 else ARROW_LEFT, abs(columns)),
            *_strokes(ARROW_DOWN if rows > 0 else ARROW_UP, abs(rows)),
        ]


def _whole_steps(pixels: int) -> tuple[int, int]:
    """Split wheel pixels into arrow-key steps (towards zero) and what remains for the next message."""
    steps = int(pixels / WHEEL_STEP)
    return steps, pixels - steps * WHEEL_STEP


def _strokes(code: int, count: int) -> list[Message]:
    """Return `count` strokes of a key, no more than one turn of the wheel can mean."""
    stroke: list[Message] = [Key(code, down=True), Key(code, down=False)]
    return stroke * min(count, _MAX_ARROWS)
