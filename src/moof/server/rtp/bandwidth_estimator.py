"""How much a viewer's network takes, from when each packet was sent and when it arrived. Sans-IO.

Two signs say that the link is full: packets wait (the smallest delay of the last moments stays above the
smallest known one; a burst of ours alone does not raise the smallest, RFC 8289 section 4), or many are lost.
Losses of a few per cent are the radio's, and are repaired. Full means: go below what did arrive, and let the
queue drain. Then the rate grows as CUBIC does (RFC 9438): slowly around the point where it was full before,
faster and faster beyond, so that a link that widens is found within a few seconds.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .twcc import Arrival

LEAST: Final = 100e3
"""Below this there is no picture worth the name."""

_WAITING_SECONDS: Final = 0.030
_BASE_SECONDS: Final = 5.0
_RECENT_SECONDS: Final = 0.15
_DELIVERY_SECONDS: Final = 0.5
_FEWEST_DELIVERED: Final = 10
_GROWN_FOR_SURE: Final = 2
"""Reports in a row."""
_CUT_TO: Final = 0.85
_CUT_INTERVAL: Final = 0.3
_GROWTH: Final = 0.2
"""Of the rate, per cubed second: sevenfold after four seconds."""
_LOSS_WINDOW: Final = 200
_FEWEST_OUTCOMES: Final = 50
_TOO_MUCH_LOSS: Final = 0.10
_OUTAGE_PACKETS: Final = 30
"""Lost in a row, with nothing in between: the link was down, which says nothing about how much it takes."""
_SILENT_PACKETS: Final = 10
_SILENT_SECONDS: Final = 0.6
"""Without a report on so many packets for so long, it is of no use to send many more."""
_MOST_DRAINING: Final = 0.5
_REMEMBERED: Final = 4096


@dataclass(frozen=True, slots=True)
class _Delivered:
    arrived: float
    delay: float
    size: int


class LowestDelay:
    """The smallest delay of the last 5 to 10 s, kept as two halves: a route that changed is forgotten."""

    def __init__(self) -> None:
        self._older = self._newer = float("inf")
        self._since = float("-inf")

    def note(self, delay: float, now: float) -> None:
        """Take one delay into account."""
        if now - self._since > _BASE_SECONDS:
            self._older, self._newer, self._since = self._newer, delay, now
        self._newer = min(self._newer, delay)

    @property
    def value(self) -> float:
        """Seconds, on an arbitrary scale: the two clocks differ."""
        return min(self._older, self._newer)


class BandwidthEstimator:
    """One connection's estimate. `sent` and `feedback` are given the time in seconds, CLOCK_MONOTONIC."""

    def __init__(self, ceiling: float) -> None:
        """`ceiling` is in bits per second: the estimate starts there and never exceeds it."""
        self._ceiling = ceiling
        self._sent: dict[int, tuple[float, int]] = {}
        self._base = LowestDelay()
        self._delivered: deque[_Delivered] = deque()
        self._outcomes: deque[bool] = deque(maxlen=_LOSS_WINDOW)
        self._full_at = ceiling
        self._growing = _time_to_grow_back()
        self._estimate = ceiling
        self._cut_at = float("-inf")
        self._updated_at: float | None = None
        self._waited_before = 0.0
        self._grew = 0
        self._lost_in_a_row = 0
        self._unreported = 0
        self._unreported_since = 0.0
        self._silent = False
        self.waiting = 0.0
        """Seconds that a packet waits on the way, beyond what the way takes."""

    @property
    def rate(self) -> float:
        """Bits a second to send at now; less than the link has while its queue drains, little in silence."""
        if self._silent:
            return LEAST
        excess = max(0.0, self.waiting - _WAITING_SECONDS / 2)
        return max(LEAST, self._estimate * max(_MOST_DRAINING, 1 - 2 * excess))

    def sent(self, number: int, size: int, now: float) -> None:
        """Note a packet of `size` bytes with this transport-wide number (modulo 2**16)."""
        self._sent[number] = (now, size)
        self._sent.pop((number - _REMEMBERED) & 0xFFFF, None)
        if self._unreported == 0:
            self._unreported_since = now
        self._unreported += 1
        self._silent = self._unreported > _SILENT_PACKETS and now - self._unreported_since > _SILENT_SECONDS

    def feedback(self, report: Sequence[Arrival], now: float) -> None:
        """Take a report of the browser's."""
        self._unreported, self._silent = 0, False
        for arrival in report:
            self._take(arrival)
        self._forget_old()
        if len(self._delivered) >= 2:
            self._judge(now)

    def _take(self, arrival: Arrival) -> None:
        sent = self._sent.pop(arrival.number, None)
        if sent is None:
            return  # reported before, or never sent by us
        if arrival.at is None:
            self._lost_in_a_row += 1
            return
        if self._lost_in_a_row < _OUTAGE_PACKETS:
            self._outcomes.extend([False] * self._lost_in_a_row)
        self._outcomes.append(True)
        self._lost_in_a_row = 0
        at, size = sent
        delay = arrival.at - at
        self._base.note(delay, at)
        self._delivered.append(_Delivered(arrival.at, delay, size))

    def _forget_old(self) -> None:
        if self._delivered:
            oldest = self._delivered[-1].arrived - _DELIVERY_SECONDS
            while self._delivered[0].arrived < oldest:
                self._delivered.popleft()

    def _judge(self, now: float) -> None:
        newest = self._delivered[-1].arrived
        recent = [each.delay for each in self._delivered if each.arrived >= newest - _RECENT_SECONDS]
        self.waiting = max(0.0, min(recent) - self._base.value) if recent else 0.0
        loss = self._outcomes.count(False) / max(_FEWEST_OUTCOMES, len(self._outcomes))
        too_much_loss = loss > _TOO_MUCH_LOSS
        overused = self._overused()
        may_cut = now - self._cut_at >= _CUT_INTERVAL
        if may_cut and overused:
            self._cut(_CUT_TO * self._delivery_rate(), now)
        elif may_cut and too_much_loss and len(self._outcomes) == _LOSS_WINDOW:
            self._cut(self._estimate_in_use() * (1 - loss / 2), now)
        elif self.waiting <= _WAITING_SECONDS and not too_much_loss:
            self._grow(now)
        self._waited_before = self.waiting
        self._updated_at = now

    def _overused(self) -> bool:
        """Packets wait, and longer and longer: a delay that stays the same is another route.

        Once may be a browser or a server that had no time; twice in a row is the link.
        """
        growing = self.waiting > max(self._waited_before, _WAITING_SECONDS)
        self._grew = self._grew + 1 if growing else 0
        return self._grew >= _GROWN_FOR_SURE and len(self._delivered) >= _FEWEST_DELIVERED

    def _delivery_rate(self) -> float:
        """Return what arrived in the last half second, in bits a second."""
        sizes = [each.size for each in self._delivered]
        span = self._delivered[-1].arrived - self._delivered[0].arrived
        return sum(sizes[1:]) * 8 / max(span, 0.001)

    def _estimate_in_use(self) -> float:
        """Return the estimate, or what really goes over the link if that is much less."""
        return min(self._estimate, 2 * self._delivery_rate())

    def _cut(self, rate: float, now: float) -> None:
        self._estimate = min(self._estimate, max(LEAST, rate))
        self._full_at = self._estimate / _CUT_TO
        self._growing = 0.0
        self._cut_at = now
        self._outcomes.clear()

    def _grow(self, now: float) -> None:
        if self._updated_at is not None:
            self._growing += min(now - self._updated_at, 1.0)
        factor = 1 + _GROWTH * (self._growing - _time_to_grow_back()) ** 3
        self._estimate = min(self._ceiling, max(self._estimate, self._full_at * factor))


def _time_to_grow_back() -> float:
    """Return how many seconds after a cut the rate is where it was."""
    return float(((1 - _CUT_TO) / _GROWTH) ** (1 / 3))
