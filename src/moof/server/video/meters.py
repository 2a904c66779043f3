"""How many frames the emulator publishes a second."""

import math
from collections import deque
from typing import Final

from moof.geometry import Rect

_WINDOW_SECONDS: Final = 2.0


class FrameRateMeter:
    """Frames a second over the last two seconds, by the emulator's count. `now`: s, CLOCK_MONOTONIC."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()
        self.count = 0
        """The emulator's frame count, as last seen."""

    def note(self, count: int, now: float) -> None:
        """Take note of the count; one that went back belongs to a new emulator."""
        if count < self.count:
            self._samples.clear()
        self.count = count
        self._samples.append((now, count))
        # One sample from before the window stays: the rate is taken over the time since.
        while len(self._samples) > 1 and self._samples[1][0] <= now - _WINDOW_SECONDS:
            self._samples.popleft()

    def rate(self, now: float) -> float:
        """Return the frames a second until now; a picture that rests has none."""
        samples = list(self._samples)
        if not samples or now - samples[-1][0] >= _WINDOW_SECONDS:
            return 0.0
        start, count = samples[0]
        return (self.count - count) / max(now - start, _WINDOW_SECONDS / 2)


_MEMORY_SECONDS: Final = 2.0


class MotionMeter:
    """Noted by one thread, asked from any; what was drawn long ago counts for little."""

    def __init__(self) -> None:
        self._drawn = 0.0
        self._at = 0.0

    def note(self, changed: Rect, size: tuple[int, int], now: float) -> None:
        """Add what was drawn in a picture of (width, height) pixels."""
        if not changed.is_empty and 0 not in size:
            share = changed.area / (size[0] * size[1])
            self._drawn, self._at = self._left(now) + share / _MEMORY_SECONDS, now

    def rate(self, now: float) -> float:
        """Return pictures a second: a blinking caret makes a thousandth, a dragged window ten and more."""
        return self._left(now)

    def _left(self, now: float) -> float:
        return self._drawn * math.exp((self._at - now) / _MEMORY_SECONDS)
