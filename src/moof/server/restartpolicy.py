"""When a supervised emulator that ended is started again. Pure; `now` is passed in."""

from dataclasses import dataclass, field
from typing import Final

from moof.ipc import EXIT_STATUS_RESTART

SHUT_DOWN: Final = 0
"""Exit status of a Mac that its user switched off."""


@dataclass(slots=True)
class RestartPolicy:
    """Restarts at once after status 75, soon after a crash, ever later when crashes follow each other,
    and never after 0.

    Times are seconds. A run of `healthy_after` seconds makes the next crash a first one again.
    """

    first_delay: float = 0.1
    longest_delay: float = 10.0
    healthy_after: float = 60.0
    shortest_run: float = 1.0
    _delay: float = field(init=False)

    def __post_init__(self) -> None:
        self._delay = self.first_delay

    def after_exit(self, status: int, started: float, now: float) -> float | None:
        """Return how many seconds to wait before the next start, or None for staying off until somebody asks.

        `status` is negative for a signal, as in `subprocess`; `started` and `now` are CLOCK_MONOTONIC
        seconds.
        """
        ran = now - started
        if status == SHUT_DOWN:
            self._delay = self.first_delay
            return None
        if status == EXIT_STATUS_RESTART and ran >= self.shortest_run:
            self._delay = self.first_delay
            return 0.0
        # A restart asked for right after the start would otherwise spin for ever.
        if ran >= self.healthy_after:
            self._delay = self.first_delay
        delay, self._delay = self._delay, min(2 * self._delay, self.longest_delay)
        return delay
