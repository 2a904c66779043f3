"""The first second of each listener's sound: silence in which its browser's jitter buffer settles. Sans-IO.

A browser assumes at first that packets arrive with a jitter of 80 ms, and stretches sound until it has
buffered as much. Only after half a second has it measured the jitter (WebRTC's NetEq: `kStartDelayMs`, the
delay histogram's interval). Packets of discontinuous transmission are measured like any others but cannot be
stretched. So a listener gets one of them in place of each packet until its browser knows.
"""

from collections.abc import Iterable
from typing import Final

OPENING_SECONDS: Final = 1.0


class ListenerOpenings:
    """Knows which listeners are in their first second."""

    def __init__(self, seconds: float = OPENING_SECONDS) -> None:
        self._seconds = seconds
        self._ends: dict[str, float] = {}

    def update(self, listeners: Iterable[str], now: float) -> None:
        """Take in who listens, by viewer id, at `now` in seconds: new ones begin, others are forgotten."""
        ends = self._ends
        self._ends = {viewer: ends.get(viewer, now + self._seconds) for viewer in listeners}

    def is_open(self, viewer: str, now: float) -> bool:
        """Return whether the listener gets silence in place of the sound."""
        return now < self._ends.get(viewer, 0.0)

    def any_open(self, now: float) -> bool:
        """Return whether any listener does."""
        return any(now < end for end in self._ends.values())
