"""Model of one direction of a bad network: which packet is lost, and when another arrives. Without I/O."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

_REORDER_DELAY = 0.010


@dataclass(frozen=True)
class Conditions:
    """What one direction of the link does to packets.

    Attributes:
        loss: share of the packets that are lost, independently of each other.
        delay: propagation delay in seconds.
        rate: bits a second, None for no limit.
        queue: seconds of packets that wait for a limited rate; further packets are dropped.
        reorder: share of the packets that are delayed further, so that later ones overtake them.
        silent: every packet is lost.
    """

    loss: float = 0.0
    delay: float = 0.0
    rate: float | None = None
    queue: float = 0.2
    reorder: float = 0.0
    silent: bool = False


@dataclass
class Link:
    """Decides about each packet; the same seed and the same packets give the same decisions.

    Packets are sent one after another at the link's rate, and dropped when they would wait longer than
    `queue`. A token bucket, which lets a burst pass at once, would model another network.
    """

    conditions: Conditions = field(default_factory=Conditions)
    seed: int = 1
    lost: int = 0
    passed: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._free_at = float("-inf")
        self._last_arrival = float("-inf")

    def arrival(self, now: float, size: int) -> float | None:
        """Return when a packet of `size` bytes, sent now, arrives (seconds), or None when it is lost."""
        conditions = self.conditions
        sent = self._transmission_end(now, size)
        if sent is None or conditions.silent or self._random.random() < conditions.loss:
            self.lost += 1
            return None
        self.passed += 1
        arrival = sent + conditions.delay
        if self._random.random() < conditions.reorder:
            return arrival + _REORDER_DELAY
        # A delay that became shorter must not reorder packets.
        self._last_arrival = arrival = max(arrival, self._last_arrival)
        return arrival

    def _transmission_end(self, now: float, size: int) -> float | None:
        """Return when the last bit has been sent; None when the queue is full."""
        rate = self.conditions.rate
        if rate is None:
            self._free_at = now
            return now
        starts = max(now, self._free_at)
        if starts - now > self.conditions.queue:
            return None
        self._free_at = starts + size * 8 / rate
        return self._free_at
