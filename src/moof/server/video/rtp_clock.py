"""RTP time of the pictures: 90 kHz, from the frames' own timestamps (RFC 6184 section 8.1)."""

from typing import Final

VIDEO_CLOCK_RATE: Final = 90_000
_BELIEVABLE_US: Final = 1_000_000


class RtpClock:
    """Gives each picture its RTP timestamp, strictly increasing; all renditions of one picture share it.

    It runs with CLOCK_MONOTONIC: of the frames' own timestamps only their age counts, so that a computer
    whose clock is set goes on at the usual pace. An age of more than a second is not believed: anything
    else would make a browser wait for the future.
    """

    def __init__(self) -> None:
        self._last = -1

    def stamp(self, timestamp_us: int, now_us: int, now: float) -> int:
        """Return the 32-bit timestamp of a picture made at `timestamp_us`.

        That and `now_us` are CLOCK_REALTIME, `now` is the same moment by CLOCK_MONOTONIC in seconds.
        """
        age_us = now_us - timestamp_us
        if abs(age_us) > _BELIEVABLE_US:
            age_us = 0
        ticks = (round(now * 1_000_000) - age_us) * VIDEO_CLOCK_RATE // 1_000_000
        self._last = max(ticks, self._last + 1)
        return self._last & 0xFFFFFFFF
