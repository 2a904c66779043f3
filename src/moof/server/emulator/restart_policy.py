"""When a supervised emulator that ended is started again. Pure; `now` is passed in."""

from dataclasses import dataclass, field
from typing import Final

from moof.ipc import EXIT_STATUS_RESTART
from moof.server.token_bucket import TokenBucket

SHUT_DOWN: Final = 0
"""Exit status of a Mac that its user switched off."""


@dataclass(slots=True)
class RestartPolicy:
    """Decides the delay before the next start: none after status 75, short after a crash, no start after 0.

    Times are seconds. A crash of an emulator that was ready does not raise the delay, for `forgiven` crashes
    at once and one more each `forgiving_after`; other crashes double it, and after `most_crashes` of them in
    a row only a request to restart starts the emulator again.
    """

    first_delay: float = 0.1
    longest_delay: float = 10.0
    forgiven: int = 30
    forgiving_after: float = 10.0
    most_crashes: int = 8
    shortest_run: float = 1.0
    _delay: float = field(init=False)
    _crashes: int = field(init=False, default=0)
    _forgiveness: TokenBucket = field(init=False)

    def __post_init__(self) -> None:
        self._delay = self.first_delay
        self._forgiveness = TokenBucket(1 / self.forgiving_after, self.forgiven)

    @property
    def given_up(self) -> bool:
        """True once there were too many crashes in a row."""
        return self._crashes >= self.most_crashes

    def forget(self) -> None:
        """Begin anew, because somebody wishes so."""
        self._delay, self._crashes = self.first_delay, 0

    def after_exit(self, status: int, started: float, now: float, *, came_up: bool) -> float | None:
        """Return how many seconds to wait before the next start, or None for staying off until somebody asks.

        `status` is negative for a signal, as in `subprocess`; `came_up` says that it could be connected to;
        `started` and `now` are CLOCK_MONOTONIC seconds.
        """
        if status == SHUT_DOWN:
            self.forget()
            return None
        # A restart asked for right after the start would otherwise spin for ever.
        wished = status == EXIT_STATUS_RESTART and now - started >= self.shortest_run
        if wished or (came_up and self._forgiveness.take(now)):
            self.forget()
            return 0.0 if wished else self.first_delay
        self._crashes += 1
        if self.given_up:
            return None
        delay, self._delay = self._delay, min(2 * self._delay, self.longest_delay)
        return delay
