"""Decides when a supervised emulator that has ended is started again. Pure: `now` is passed in."""

from dataclasses import dataclass, field
from typing import Final

from moof.ipc import EXIT_STATUS_RESTART
from moof.process import EXIT_STATUS_CANNOT_RUN
from moof.token_bucket import TokenBucket

SHUT_DOWN: Final = 0
"""Exit status of a Mac that its user has shut down."""


@dataclass(slots=True)
class RestartPolicy:
    """Restarts at once after status 75, with a delay after a crash, and not after status 0.

    All times are in seconds. A crash of an emulator that had become ready does not count while there are few
    of them: `crash_burst` at once, and one more each `crash_interval`. Each other crash doubles the delay,
    from `first_delay` up to `max_delay`; after `max_crashes` in a row only a request starts the emulator.
    An emulator that ends itself within `min_ready` seconds of being ready cannot start (a bridge is ready
    before its program finds that its ROM is missing): that counts as a crash. So does a restart that is asked
    for within `min_run` seconds of the start, or by an emulator that never was ready. An emulator that says
    that it cannot run (status 78) is not tried again: a wrong ROM stays a wrong ROM.
    """

    first_delay: float = 0.1
    max_delay: float = 10.0
    crash_burst: int = 30
    crash_interval: float = 10.0
    max_crashes: int = 8
    min_run: float = 1.0
    min_ready: float = 3.0
    _delay: float = field(init=False)
    _crashes: int = field(init=False, default=0)
    _allowed_crashes: TokenBucket = field(init=False)

    def __post_init__(self) -> None:
        self._delay = self.first_delay
        self._allowed_crashes = TokenBucket(1 / self.crash_interval, self.crash_burst)

    @property
    def given_up(self) -> bool:
        """Whether there were too many crashes in a row."""
        return self._crashes >= self.max_crashes

    def reset(self) -> None:
        """Forget the crashes, since a restart was requested."""
        self._delay, self._crashes = self.first_delay, 0

    def was_running(self, ready: float | None, now: float) -> bool:
        """Return whether an emulator that was ready at `ready` (None: never) had started successfully."""
        return ready is not None and now - ready >= self.min_ready

    def after_exit(self, status: int, started: float, now: float, *, ready: float | None) -> float | None:
        """Return the seconds until the next start, None if the emulator stays off until a request.

        Args:
            status: The exit status; a negative one is a signal's number, as in `subprocess`.
            started: The time of its start, CLOCK_MONOTONIC seconds.
            now: The time of its end, likewise.
            ready: The time from which a server could connect to it, None if it never could.
        """
        if status == SHUT_DOWN:
            self.reset()
            return None
        if status == EXIT_STATUS_CANNOT_RUN:
            self._crashes = self.max_crashes
            return None
        # An emulator that asks for a restart right after each start would otherwise restart in a busy loop.
        requested = status == EXIT_STATUS_RESTART and ready is not None and now - started >= self.min_run
        ran = self.was_running(ready, now) or (ready is not None and status < 0)
        if requested or (ran and self._allowed_crashes.take(now)):
            self.reset()
            return 0.0 if requested else self.first_delay
        self._crashes += 1
        if self.given_up:
            return None
        delay, self._delay = self._delay, min(2 * self._delay, self.max_delay)
        return delay
