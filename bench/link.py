"""One direction of a bad network, as decisions: which packet is lost, and when another one arrives. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

_OVERTAKEN_BY = 0.010


@dataclass(frozen=True)
class Conditions:
    """What a direction of the link does to packets.

    Attributes:
        loss: share of the packets that are lost, each by itself.
        delay: seconds on the way.
        rate: bits a second, None for no limit.
        queue: seconds of packets that wait for a limited rate; what comes on top is dropped.
        reorder: share of the packets that are held back, so that others overtake them.
        silent: nothing comes through at all.
    """

    loss: float = 0.0
    delay: float = 0.0
    rate: float | None = None
    queue: float = 0.2
    reorder: float = 0.0
    silent: bool = False


@dataclass
class Link:
    """Decides for each packet; the same seed and the same packets give the same decisions."""

    conditions: Conditions = field(default_factory=Conditions)
    seed: int = 1
    lost: int = 0
    passed: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._free_at = float("-inf")
        self._last_arrival = float("-inf")

    def arrival(self, now: float, size: int) -> float | None:
        """Return when a packet of `size` bytes, sent now, arrives (seconds), or None when it never does."""
        conditions = self.conditions
        sent = self._transmitted(now, size)
        if sent is None or conditions.silent or self._random.random() < conditions.loss:
            self.lost += 1
            return None
        self.passed += 1
        arrival = sent + conditions.delay
        if self._random.random() < conditions.reorder:
            return arrival + _OVERTAKEN_BY
        # A shorter delay than before must not reorder by itself.
        self._last_arrival = arrival = max(arrival, self._last_arrival)
        return arrival

    def _transmitted(self, now: float, size: int) -> float | None:
        """Return when the last bit is on the wire; None when the queue before it is full."""
        rate = self.conditions.rate
        if rate is None:
            self._free_at = now
            return now
        begins = max(now, self._free_at)
        if begins - now > self.conditions.queue:
            return None
        self._free_at = begins + size * 8 / rate
        return self._free_at
