"""A clock for parts that read the time themselves: time passes only when a test says so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class StoppedClock:
    """Takes the place of the module `time` in a module that reads CLOCK_MONOTONIC.

    Attributes:
        now: the time in seconds.
    """

    now: float = 100.0

    def monotonic(self) -> float:
        """Return the time that the test has set, in seconds."""
        return self.now
