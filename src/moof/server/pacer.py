"""The pace of packets, so that a key frame doesn't fill the queues on its way. Pure; `now` is passed in."""

from typing import Final

PACE: Final = 4.0
"""Times the bandwidth: usual pictures are out in a quarter of their time, bursts as quickly as is safe."""
_BURST_SECONDS: Final = 0.005
"""What may go at once; a timer is not finer than this."""


class Pacer:
    """Spaces packets to PACE times the bandwidth."""

    def __init__(self) -> None:
        self._free_at = float("-inf")

    def pause(self, size: int, bandwidth: float, now: float) -> float:
        """Return for how many seconds to pause after a packet of `size` bytes that goes out now."""
        self._free_at = max(now, self._free_at) + size * 8 / (bandwidth * PACE)
        pause = self._free_at - now
        return pause if pause > _BURST_SECONDS else 0.0
