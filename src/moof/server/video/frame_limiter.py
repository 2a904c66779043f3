"""How many pictures a network takes: the frame rate below the bitrate. Pure; `now` is passed in (seconds)."""

from typing import Final

_ON_THE_WAY: Final = 0.1
"""Seconds' worth of pictures that may be on their way before the next one has to wait."""
_LONGEST_WAIT: Final = 0.5
"""Seconds; the network may be better by then."""


class FrameRateLimiter:
    """Holds pictures back while those before them are still on their way at the network's rate.

    An encoder comes down to a new rate within half a second, and only as far as it can; until then, and below
    that, there are fewer pictures a second, each of them the newest.
    """

    def __init__(self) -> None:
        self._free_at = float("-inf")

    @property
    def ready_at(self) -> float:
        """When the next picture may be made (in the past: now)."""
        return self._free_at - _ON_THE_WAY

    def spend(self, size: int, rate: float, now: float) -> None:
        """Note a picture of `size` bytes that goes out at `rate` bits a second."""
        self._free_at = min(max(now, self._free_at) + size * 8 / rate, now + _LONGEST_WAIT)
