"""Adds up wheel movements in pixels to whole steps: clicks of a button, strokes of an arrow key. Sans-IO."""

from dataclasses import dataclass


@dataclass(slots=True)
class WheelSteps:
    """Keeps the pixels that are less than a step; `pixels` make one step."""

    pixels: int
    _x: int = 0
    _y: int = 0

    def turn(self, dx: int, dy: int) -> tuple[int, int]:
        """Return the steps to the right and down (negative: left, up) for a movement in pixels."""
        columns, self._x = self._whole(self._x + dx)
        rows, self._y = self._whole(self._y + dy)
        return columns, rows

    def _whole(self, moved: int) -> tuple[int, int]:
        """Split pixels into steps (towards zero) and what remains for the next movement."""
        steps = int(moved / self.pixels)
        return steps, moved - steps * self.pixels
