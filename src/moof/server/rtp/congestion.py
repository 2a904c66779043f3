"""Congestion control of one stream: its packets' pace, and the estimate made of the feedback. Sans-IO."""

from typing import Final

from .bandwidth_estimator import BandwidthEstimator
from .twcc import arrivals


class CongestionControl:
    """Told of every packet and report. `now` is in seconds, CLOCK_MONOTONIC.

    Until a report comes, and for viewers that send none, there is no limit.
    """

    def __init__(self, ceiling: float) -> None:
        """`ceiling` in bits per second is the bandwidth while the viewer has reported nothing."""
        self._ceiling = ceiling
        self._estimator = BandwidthEstimator(ceiling)
        self._pacer = Pacer()
        self._measured = False

    @property
    def bandwidth(self) -> float:
        """Bits a second to send at."""
        return self._estimator.rate if self._measured else self._ceiling

    @property
    def measured(self) -> bool:
        """Whether the viewer reports on its packets."""
        return self._measured

    def sent(self, number: int, size: int, now: float) -> None:
        """Note a packet of `size` bytes that goes out, a retransmission as well."""
        self._estimator.sent(number, size, now)

    def pause(self, size: int, now: float) -> float:
        """Return for how many seconds to pause after a packet of a new picture."""
        return self._pacer.pause(size, self.bandwidth, now)

    def handle_rtcp(self, compound: bytes, now: float) -> None:
        """Look for reports in a compound RTCP packet."""
        report = arrivals(compound)
        if report:
            self._measured = True
            self._estimator.feedback(report, now)


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
