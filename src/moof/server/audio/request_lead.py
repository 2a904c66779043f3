"""How long before its deadline a packet's sound is requested. Sans-IO: times are passed in.

As a sound card's driver does, the request lead follows the longest response lately, not a quantile alone: an
emulator that is slow once in a few thousand responses is slow again. Ordinary responses are in time for the
deadline. The longest ones may come a little after it, because a browser's jitter buffer absorbs that.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

_USUAL_QUANTILE: Final = 0.99
"""Responses that are in time for the deadline."""
_USUAL_MARGIN: Final = 1.25
PROCESSING_SECONDS: Final = 0.001
"""For the wake-up, resampling and encoding, on top of the response time."""
ABSORBED_SECONDS: Final = 0.008
"""So long after the deadline the longest responses may come. A browser's jitter buffer has at rest 20 ms,
and never less than 15 before it stretches the sound."""
TOLERATED_DELAY: Final = 0.015
"""Seconds after its deadline that a packet may be sent when its response is late. A browser's jitter buffer
holds at least as much before it stretches the sound, so the delay is inaudible."""
DECAY: Final = 0.003 / 60
"""Seconds by which the longest response is forgotten per second: a stall of 15 ms counts for some minutes."""
INITIAL_SHARE: Final = 0.6
"""Of a packet: the lead while few responses have been measured, so that the first packets are in time."""
MAX_SHARE: Final = 0.9
"""Of a packet: an earlier request would precede the previous packet's deadline."""
MIN_SHARE: Final = 0.2
"""Of a packet: since one response in a thousand takes many times as long as the others."""
LEARNING_RESPONSES: Final = 200
"""Two to four seconds of packets."""
_QUANTILE_INTERVAL: Final = 25  # responses; sorting the window for each would cost more than it is worth
_WINDOW_LENGTH: Final = 500  # ten seconds of packets of 20 ms


class LatencyWindow:
    """The newest 500 measured times, in seconds, and their quantiles."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=_WINDOW_LENGTH)

    def record(self, seconds: float) -> None:
        """Add a time."""
        self._seconds.append(seconds)

    @property
    def count(self) -> int:
        """The number of times in the window."""
        return len(self._seconds)

    def quantile(self, fraction: float) -> float:
        """Return the smallest time that `fraction` (0..1) of them do not exceed; 0 if there are none."""
        ordered = sorted(self._seconds.copy())
        return ordered[min(len(ordered) - 1, int(fraction * len(ordered)))] if ordered else 0.0


@dataclass(slots=True)
class RequestLead:
    """The request lead for packets of so many seconds, from the response times of one emulator."""

    packet_seconds: float
    longest: float = 0.0
    """The longest response, in seconds: decays by 3 ms a minute."""
    _usual: float = 0.0
    _count: int = 0
    _recorded_at: float = 0.0
    _window: LatencyWindow = field(default_factory=LatencyWindow)

    def record(self, response_seconds: float, now: float) -> None:
        """Take in the time from a request's scheduled time to its response, at `now` in seconds.

        A stall against which no lead helps is none of the longest responses, since it would delay the sound
        for hours.
        """
        elapsed = max(now - self._recorded_at, 0.0) if self._count else 0.0
        self._recorded_at = now
        self.longest -= DECAY * elapsed
        if response_seconds <= MAX_SHARE * self.packet_seconds + TOLERATED_DELAY:
            self.longest = max(response_seconds, self.longest)
        self._window.record(response_seconds)
        if self._count % _QUANTILE_INTERVAL == 0:
            self._usual = self._window.quantile(_USUAL_QUANTILE)
        self._count += 1

    @property
    def seconds(self) -> float:
        """The lead: 20 % to 90 % of a packet."""
        lead = max(_USUAL_MARGIN * self._usual, self.longest - ABSORBED_SECONDS) + PROCESSING_SECONDS
        least = MIN_SHARE if self._count >= LEARNING_RESPONSES else INITIAL_SHARE
        return min(max(lead, least * self.packet_seconds), MAX_SHARE * self.packet_seconds)
