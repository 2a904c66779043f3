"""Turns wheel movements into strokes of the arrow keys, for emulators without a wheel. Sans-IO."""

from dataclasses import dataclass, field
from typing import Final

from moof.ipc import Key, Message
from moof.server.protocol.keymap import ARROW_DOWN, ARROW_LEFT, ARROW_RIGHT, ARROW_UP
from moof.wheel_steps import WheelSteps

WHEEL_STEP: Final = 40
"""Wheel pixels per arrow key: browsers report 100-120 for one notch, which then moves three lines."""
_MAX_ARROWS: Final = 8


@dataclass(slots=True)
class WheelArrows:
    """Keeps the pixels that are less than a step."""

    _steps: WheelSteps = field(default_factory=lambda: WheelSteps(WHEEL_STEP))

    def turn(self, dx: int, dy: int) -> list[Message]:
        """Return the strokes for a movement in pixels, right and down positive."""
        columns, rows = self._steps.turn(dx, dy)
        return [
            *_strokes(ARROW_RIGHT if columns > 0 else ARROW_LEFT, abs(columns)),
            *_strokes(ARROW_DOWN if rows > 0 else ARROW_UP, abs(rows)),
        ]


def _strokes(code: int, count: int) -> list[Message]:
    """Return `count` strokes of a key, no more than one turn of the wheel can mean."""
    stroke: list[Message] = [Key(code, down=True), Key(code, down=False)]
    return stroke * min(count, _MAX_ARROWS)
