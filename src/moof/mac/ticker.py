"""The "tick" thread: 60.15 interrupts a second, as a Macintosh's vertical retrace, and one a second."""

import time
from typing import Final

from moof.mac.activity import Activity, RestListener
from moof.mac.cpu import Interrupts
from moof.mac.threads import MacThread, ThreadListener

TICKS_PER_SECOND: Final = 60.15


class TickClock:
    """Counts ticks from absolute times, so that late calls do not make the clock slow.

    Pure arithmetic: `now` is passed in, in seconds of a monotonic clock. Halted time does not count.
    """

    def __init__(self, now: float) -> None:
        self._origin = now
        self._ticks = 0
        self._seconds = 0
        self._halted_at: float | None = None

    def advance(self, now: float) -> tuple[int, int]:
        """Return the ticks and full seconds since the last call (or the start); both 0 while halted."""
        if self._halted_at is not None:
            return 0, 0
        elapsed = max(0.0, now - self._origin)
        # The small addend makes a call at exactly a deadline count that tick, however the division rounds.
        ticks, seconds = int(elapsed * TICKS_PER_SECOND + 1e-6), int(elapsed + 1e-6)
        new = max(0, ticks - self._ticks), max(0, seconds - self._seconds)
        self._ticks += new[0]
        self._seconds += new[1]
        return new

    def deadline(self, ticks: int = 1) -> float:
        """Return the time of the next tick, or of a later one."""
        return self._origin + (self._ticks + ticks) / TICKS_PER_SECOND

    def halt(self, now: float) -> None:
        """Stop counting at `now`, when the Mac is paused."""
        if self._halted_at is None:
            self._halted_at = now

    def resume(self, now: float) -> None:
        """Continue counting at `now`."""
        if self._halted_at is not None:
            self._origin += now - self._halted_at
            self._halted_at = None


class Ticker(MacThread, RestListener):
    """Posts the tick and second interrupts while the Mac is running: at rest a few at once."""

    def __init__(self, interrupts: Interrupts, activity: Activity, listener: ThreadListener) -> None:
        super().__init__("tick", listener)
        self._interrupts = interrupts
        self._activity = activity
        activity.add_listener(self)
        self._running = False

    def set_running(self, running: bool) -> None:
        """Start or stop the Mac's time. Any thread may call this."""
        self._running = running
        self.wakeup.set()

    def rest_ended(self) -> None:
        """Post what has passed, and each tick from now on (RestListener)."""
        self.wakeup.set()

    def run(self) -> None:
        """Sleep until each deadline, then post all ticks up to it."""
        clock = TickClock(time.monotonic())
        while not self.ending:
            now = time.monotonic()
            (clock.resume if self._running else clock.halt)(now)
            self._interrupts.tick(*clock.advance(now))
            deadline = clock.deadline(self._activity.steps(now))
            self.wakeup.wait(deadline - time.monotonic() if self._running else None)
