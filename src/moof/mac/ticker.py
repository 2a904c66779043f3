"""The "tick" thread: 60.15 interrupts a second, and one a second."""

import time
from collections.abc import Callable

from moof.mac.interrupts import Interrupts
from moof.mac.thread import MacThread
from moof.mac.tickclock import TickClock


class Ticker(MacThread):
    """Ticks while `running`; any thread may switch it."""

    def __init__(self, interrupts: Interrupts, on_failure: Callable[[], None]) -> None:
        super().__init__("tick", on_failure)
        self._interrupts = interrupts
        self._running = False

    def set_running(self, running: bool) -> None:
        """Let time pass for the Mac, or stand still."""
        self._running = running
        self.wakeup.set()

    def run(self) -> None:
        """Sleep to each deadline, then report all ticks up to it."""
        clock = TickClock(time.monotonic())
        while not self.ending:
            now = time.monotonic()
            (clock.resume if self._running else clock.halt)(now)
            self._interrupts.tick(*clock.advance(now))
            self.wakeup.wait(clock.deadline() - time.monotonic() if self._running else None)
