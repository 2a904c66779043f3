"""Converts wheel movements in pixels to clicks of X's wheel buttons. Sans-IO."""

from dataclasses import dataclass, field
from typing import Final

from moof.wheel_steps import WheelSteps

CLICK_PIXELS: Final = 48
"""Pixels per click, which programs answer with about three lines, as the page counts a line as 16 pixels. One
notch of a mouse is 48 pixels in Firefox and 100 to 120 in Chromium; trackpads report a few at a time."""
MAX_CLICKS: Final = 16
"""Most clicks of one message and direction: a program may take long for each."""

_UP, _DOWN, _LEFT, _RIGHT = 4, 5, 6, 7
"""Numbers of X's buttons, as all toolkits understand them."""


@dataclass(slots=True)
class WheelClicks:
    """Keeps the pixels that are less than a click."""

    _steps: WheelSteps = field(default_factory=lambda: WheelSteps(CLICK_PIXELS))

    def turn(self, dx: int, dy: int) -> list[int]:
        """Return the buttons to click, in order, for a movement in pixels: right and down are positive."""
        columns, rows = self._steps.turn(dx, dy)
        return [
            *[_DOWN if rows > 0 else _UP] * min(abs(rows), MAX_CLICKS),
            *[_RIGHT if columns > 0 else _LEFT] * min(abs(columns), MAX_CLICKS),
        ]
