"""Congestion control of one stream: its packets' pace, and the estimate made of the feedback. Sans-IO."""

from .bandwidth import MOST, BandwidthEstimator
from .pacer import Pacer
from .transportcc import arrivals


class CongestionControl:
    """Told of every packet and report. `now` is in seconds, CLOCK_MONOTONIC.

    Until a report comes, and for viewers that send none, there is no limit.
    """

    def __init__(self) -> None:
        self._estimator = BandwidthEstimator()
        self._pacer = Pacer()
        self._measured = False

    @property
    def bandwidth(self) -> float:
        """Bits a second to send at."""
        return self._estimator.rate if self._measured else MOST

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

    def take_feedback(self, compound: bytes, now: float) -> None:
        """Look for reports in a compound RTCP packet."""
        report = arrivals(compound)
        if report:
            self._measured = True
            self._estimator.feedback(report, now)
