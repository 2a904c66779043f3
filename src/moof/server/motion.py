"""How much of the picture moves: whole pictures redrawn a second, lately. Pure; `now` is in seconds."""

import math
from typing import Final

from moof.media.raster import Box

_MEMORY_SECONDS: Final = 2.0


class Motion:
    """Noted by one thread, asked from any; what was drawn long ago counts for little."""

    def __init__(self) -> None:
        self._drawn = 0.0
        self._at = 0.0

    def note(self, changed: Box | None, size: tuple[int, int], now: float) -> None:
        """Add what was drawn in a picture of (width, height) pixels."""
        if changed is not None and 0 not in size:
            share = changed[2] * changed[3] / (size[0] * size[1])
            self._drawn, self._at = self._left(now) + share / _MEMORY_SECONDS, now

    def rate(self, now: float) -> float:
        """Return pictures a second: a blinking caret makes a thousandth, a dragged window ten and more."""
        return self._left(now)

    def _left(self, now: float) -> float:
        return self._drawn * math.exp((self._at - now) / _MEMORY_SECONDS)
