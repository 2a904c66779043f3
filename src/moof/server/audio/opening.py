"""The first seconds of each listener's sound: silence in which its browser's jitter buffer settles. Sans-IO.

A browser assumes at first that packets arrive with a jitter of 80 ms, and stretches sound until it has
buffered as much. Only after half a second has it measured the jitter (WebRTC's NetEq: `kStartDelayMs`, the
delay histogram's interval). It opens the sound card meanwhile; packets that arrive earlier fill the buffer.

Packets of discontinuous transmission are measured like any others but cannot be stretched. Between two of
them that do not follow one another, the browser generates silence: as much as its buffer needs to have its
target depth, however full or empty it was (`DecisionLogic::FuturePacketAvailable`). So a listener gets one of
them for 40 ms, with a gap behind it, until its browser has measured the jitter.
"""

from collections.abc import Iterable
from typing import Final

from moof.media.resample import SAMPLE_RATE

OPENING_SECONDS: Final = 1.4
SILENCE_INTERVAL: Final = SAMPLE_RATE // 25
"""Samples from one packet of silence to the next: two packets of 20 ms."""


class ListenerOpenings:
    """Knows which listeners are in their first seconds."""

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


def is_silence_due(timestamp: int, packet_samples: int) -> bool:
    """Return whether the packet with this RTP timestamp is one that listeners get in their first seconds."""
    return timestamp // packet_samples % (SILENCE_INTERVAL // packet_samples) == 0
