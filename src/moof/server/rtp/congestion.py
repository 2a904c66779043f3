"""Congestion control of one stream: bandwidth estimation from transport-wide feedback, and pacing. Sans-IO.

Two signs say that the link is full: packets queue (the smallest delay of the last moments stays above the
smallest known one; a burst of this stream alone does not raise it, RFC 8289 section 4), or many are lost.
Losses of a few per cent are caused by radio links, and are repaired. When the link is full, the estimate
falls below what was delivered, so that the queue drains. Then the rate grows as CUBIC does (RFC 9438): slowly
around the point where the link was full before, faster and faster beyond, so that a link that widens is found
within a few seconds.

`now` is an argument everywhere: seconds, CLOCK_MONOTONIC.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from moof.server.rtp.twcc import Arrival, arrivals

MIN_BITRATE: Final = 100e3
"""Bits per second; no codec makes a usable picture below this."""
PACING_FACTOR: Final = 4.0
"""Times the bandwidth: usual frames are out in a quarter of their time, bursts as quickly as is safe."""

_QUEUING_SECONDS: Final = 0.030
_BASE_SECONDS: Final = 5.0
_RECENT_SECONDS: Final = 0.15
_DELIVERY_SECONDS: Final = 0.5
_MIN_DELIVERED: Final = 10
_MIN_INCREASES: Final = 2
"""Reports in a row with growing delay."""
_DECREASE_FACTOR: Final = 0.85
_DECREASE_INTERVAL: Final = 0.3
_GROWTH: Final = 0.2
"""Of the rate, per cubed second: sevenfold after four seconds."""
_LOSS_WINDOW: Final = 200
_MIN_OUTCOMES: Final = 50
_MAX_LOSS: Final = 0.10
_OUTAGE_PACKETS: Final = 30
"""Lost in a row, with nothing in between: the link was down, which says nothing about its bandwidth."""
_SILENT_PACKETS: Final = 10
_SILENT_SECONDS: Final = 0.6
"""Without a report on so many packets for so long, sending many more is useless."""
_MIN_DRAINING: Final = 0.5
_MAX_REMEMBERED: Final = 4096
_TIMER_SECONDS: Final = 0.005
"""Pauses up to this are not taken: a timer is not finer."""


class LeakyBucket:
    """Models a queue that drains at a bit rate, which may differ from item to item."""

    def __init__(self, max_seconds: float = float("inf")) -> None:
        """The queue is never longer than `max_seconds`."""
        self._max_seconds = max_seconds
        self._empty_at = float("-inf")

    @property
    def empty_at(self) -> float:
        """When all that was added has drained, in seconds on the caller's clock; -inf before the first."""
        return self._empty_at

    def add(self, size: int, rate: float, now: float) -> None:
        """Add `size` bytes that drain at `rate` bits per second, behind those before them."""
        drained_at = max(now, self._empty_at) + size * 8 / rate
        self._empty_at = min(drained_at, now + self._max_seconds)


class Pacer:
    """Spaces packets to PACING_FACTOR times the bandwidth."""

    def __init__(self) -> None:
        self._bucket = LeakyBucket()

    def pause(self, size: int, bandwidth: float, now: float) -> float:
        """Return for how many seconds to pause after a packet of `size` bytes that is sent now."""
        self._bucket.add(size, bandwidth * PACING_FACTOR, now)
        pause = self._bucket.empty_at - now
        return pause if pause > _TIMER_SECONDS else 0.0


@dataclass(frozen=True, slots=True)
class _Delivered:
    """A packet that arrived: when (the browser's clock), arrival minus sending time, and bytes."""

    arrived: float
    delay: float
    size: int


class LowestDelay:
    """The smallest delay of the last 5 to 10 s, kept as two halves, so that a former route is forgotten."""

    def __init__(self) -> None:
        self._older = self._newer = float("inf")
        self._since = float("-inf")

    def add(self, delay: float, now: float) -> None:
        """Take one delay into account."""
        if now - self._since > _BASE_SECONDS:
            self._older, self._newer, self._since = self._newer, delay, now
        self._newer = min(self._newer, delay)

    @property
    def value(self) -> float:
        """Seconds, on an arbitrary scale: the two clocks differ."""
        return min(self._older, self._newer)


class BandwidthEstimator:
    """Estimates the bandwidth of one connection, from when each packet was sent and when it arrived."""

    def __init__(self, ceiling: float) -> None:
        """`ceiling` is in bits per second: the estimate starts there and never exceeds it."""
        self._ceiling = ceiling
        self._sent: dict[int, tuple[float, int]] = {}
        self._base = LowestDelay()
        self._delivered: deque[_Delivered] = deque()
        self._outcomes: deque[bool] = deque(maxlen=_LOSS_WINDOW)
        self._full_at = ceiling
        self._growing = _recovery_seconds()
        self._estimate = ceiling
        self._decreased_at = float("-inf")
        self._updated_at: float | None = None
        self._queuing_before = 0.0
        self._increases = 0
        self._lost_in_a_row = 0
        self._unreported = 0
        self._unreported_since = 0.0
        self._silent = False
        self.queuing = 0.0
        """Seconds that a packet waits in queues on its way: its delay beyond the smallest one."""

    @property
    def rate(self) -> float:
        """Bits per second to send at: less than the link's while its queue drains, the minimum in silence."""
        if self._silent:
            return MIN_BITRATE
        excess = max(0.0, self.queuing - _QUEUING_SECONDS / 2)
        return max(MIN_BITRATE, self._estimate * max(_MIN_DRAINING, 1 - 2 * excess))

    def sent(self, number: int, size: int, now: float) -> None:
        """Note a packet of `size` bytes with this transport-wide number (modulo 2**16)."""
        self._sent[number] = (now, size)
        self._sent.pop((number - _MAX_REMEMBERED) & 0xFFFF, None)
        if self._unreported == 0:
            self._unreported_since = now
        self._unreported += 1
        self._silent = self._unreported > _SILENT_PACKETS and now - self._unreported_since > _SILENT_SECONDS

    def feedback(self, report: Sequence[Arrival], now: float) -> None:
        """Update the estimate with a report of the browser's."""
        self._unreported, self._silent = 0, False
        for arrival in report:
            self._add(arrival)
        self._drop_old()
        if len(self._delivered) >= 2:
            self._update(now)

    def _add(self, arrival: Arrival) -> None:
        sent = self._sent.pop(arrival.number, None)
        if sent is None:
            return  # reported before, or never sent
        if arrival.at is None:
            self._lost_in_a_row += 1
            return
        if self._lost_in_a_row < _OUTAGE_PACKETS:
            self._outcomes.extend([False] * self._lost_in_a_row)
        self._outcomes.append(True)
        self._lost_in_a_row = 0
        at, size = sent
        delay = arrival.at - at
        self._base.add(delay, at)
        self._delivered.append(_Delivered(arrival.at, delay, size))

    def _drop_old(self) -> None:
        if self._delivered:
            oldest = self._delivered[-1].arrived - _DELIVERY_SECONDS
            while self._delivered[0].arrived < oldest:
                self._delivered.popleft()

    def _update(self, now: float) -> None:
        newest = self._delivered[-1].arrived
        recent = [each.delay for each in self._delivered if each.arrived >= newest - _RECENT_SECONDS]
        self.queuing = max(0.0, min(recent) - self._base.value) if recent else 0.0
        loss = self._outcomes.count(False) / max(_MIN_OUTCOMES, len(self._outcomes))
        overused = self._overused()
        may_decrease = now - self._decreased_at >= _DECREASE_INTERVAL
        if may_decrease and overused:
            self._decrease(_DECREASE_FACTOR * self._delivery_rate(), now)
        elif may_decrease and loss > _MAX_LOSS and len(self._outcomes) == _LOSS_WINDOW:
            self._decrease(self._estimate_in_use() * (1 - loss / 2), now)
        elif self.queuing <= _QUEUING_SECONDS and loss <= _MAX_LOSS:
            self._increase(now)
        self._queuing_before = self.queuing
        self._updated_at = now

    def _overused(self) -> bool:
        """Say whether packets queue, longer and longer: a delay that stays the same is another route.

        One increase may be a browser or a server that was busy; two in a row are the link.
        """
        growing = self.queuing > max(self._queuing_before, _QUEUING_SECONDS)
        self._increases = self._increases + 1 if growing else 0
        return self._increases >= _MIN_INCREASES and len(self._delivered) >= _MIN_DELIVERED

    def _delivery_rate(self) -> float:
        """Return what arrived in the last half second, in bits per second."""
        sizes = [each.size for each in self._delivered]
        span = self._delivered[-1].arrived - self._delivered[0].arrived
        return sum(sizes[1:]) * 8 / max(span, 0.001)

    def _estimate_in_use(self) -> float:
        """Return the estimate, or what is really delivered if that is much less."""
        return min(self._estimate, 2 * self._delivery_rate())

    def _decrease(self, rate: float, now: float) -> None:
        self._estimate = min(self._estimate, max(MIN_BITRATE, rate))
        self._full_at = self._estimate / _DECREASE_FACTOR
        self._growing = 0.0
        self._decreased_at = now
        self._outcomes.clear()

    def _increase(self, now: float) -> None:
        if self._updated_at is not None:
            self._growing += min(now - self._updated_at, 1.0)
        factor = 1 + _GROWTH * (self._growing - _recovery_seconds()) ** 3
        self._estimate = min(self._ceiling, max(self._estimate, self._full_at * factor))


def _recovery_seconds() -> float:
    """Return how many seconds after a decrease the rate is where it was (K of RFC 9438)."""
    return float(((1 - _DECREASE_FACTOR) / _GROWTH) ** (1 / 3))


class CongestionControl:
    """Paces one stream's packets by the bandwidth that the viewer's reports show.

    Until a report arrives, and for viewers that send none, there is no limit.
    """

    def __init__(self, ceiling: float) -> None:
        """`ceiling` in bits per second is the bandwidth while the viewer has reported nothing."""
        self._ceiling = ceiling
        self._estimator = BandwidthEstimator(ceiling)
        self._pacer = Pacer()
        self._measured = False
        self.limit = ceiling
        """Bits per second that the viewer wants at most, whatever its network takes."""

    @property
    def bandwidth(self) -> float:
        """Bits per second to send at."""
        return min(self.limit, self._estimator.rate if self._measured else self._ceiling)

    @property
    def measured(self) -> bool:
        """Whether the viewer reports on its packets."""
        return self._measured

    def sent(self, number: int, size: int, now: float) -> None:
        """Note a packet of `size` bytes that is sent, a retransmission as well."""
        self._estimator.sent(number, size, now)

    def pause(self, size: int, now: float) -> float:
        """Return for how many seconds to pause after a packet of a new frame."""
        return self._pacer.pause(size, self.bandwidth, now)

    def handle_rtcp(self, compound: bytes, now: float) -> None:
        """Update the estimate with the transport-wide reports in a compound RTCP packet, if any."""
        report = arrivals(compound)
        if report:
            self._measured = True
            self._estimator.feedback(report, now)
