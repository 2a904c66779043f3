"""How long the Mac takes to answer for sound."""

from collections import deque
from typing import Final

_REMEMBERED: Final = 500  # ten seconds of packets


class LatencyWindow:
    """The newest response times, in seconds, and their quantiles."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=_REMEMBERED)

    def note(self, seconds: float) -> None:
        """Add one."""
        self._seconds.append(seconds)

    @property
    def count(self) -> int:
        """How many are remembered."""
        return len(self._seconds)

    def quantile(self, fraction: float) -> float:
        """Return the smallest time that `fraction` (0..1) of them do not exceed; 0 if there are none."""
        ordered = sorted(self._seconds.copy())
        return ordered[min(len(ordered) - 1, int(fraction * len(ordered)))] if ordered else 0.0
