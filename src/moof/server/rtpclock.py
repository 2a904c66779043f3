"""RTP time of the pictures: 90 kHz, from the frames' own timestamps (RFC 6184 section 8.1)."""

from typing import Final

VIDEO_CLOCK_RATE: Final = 90_000
_BELIEVABLE_US: Final = 1_000_000


class RtpClock:
    """Gives each picture its RTP timestamp, strictly increasing; all renditions of one picture share it.

    The emulator's word is taken when it lies within a second of our own clock: anything else would make a
    browser wait for the future.
    """

    def __init__(self) -> None:
        self._last = -1
        self._offset = 0

    def stamp(self, timestamp_us: int, now_us: int) -> int:
        """Return the 32-bit timestamp of a picture made at `timestamp_us`; both are CLOCK_REALTIME."""
        believable = abs(now_us - timestamp_us) <= _BELIEVABLE_US
        ticks = (timestamp_us if believable else now_us) * VIDEO_CLOCK_RATE // 1_000_000 + self._offset
        if ticks <= self._last:
            if self._last - ticks > VIDEO_CLOCK_RATE:
                # The computer's clock was set back: go on from here, at the usual pace.
                self._offset += self._last + 1 - ticks
            ticks = self._last + 1
        self._last = ticks
        return ticks & 0xFFFFFFFF
