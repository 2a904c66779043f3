"""The interrupt controller: eight sources behind one level-1 autovector."""

import threading
from collections.abc import Callable
from enum import IntFlag


class Interrupt(IntFlag):
    """The sources; the values are those of Basilisk II's InterruptFlags."""

    TICK = 1
    """60.15 times a second."""
    SECOND = 2
    """Once a second."""
    SERIAL = 4
    ETHER = 8
    AUDIO = 16
    """Sound is wanted."""
    TIMER = 32
    ADB = 64
    """A key or the mouse has news."""
    NMI = 128


class Interrupts:
    """Pending flags and the count of ticks not yet acknowledged.

    The core drops its interrupt level as soon as the exception is taken, so what is pending is remembered
    here, and ticks are counted: a guest that is late learns how late. `assert_level(1 or 0)` drives the CPU's
    line, `wake` rouses the thread that runs it. Any thread may raise; only the 68k acknowledges.
    """

    def __init__(self, assert_level: Callable[[int], None], wake: Callable[[], None]) -> None:
        self._assert_level = assert_level
        self._wake = wake
        self._lock = threading.Lock()
        self._pending = Interrupt(0)
        self._ticks = 0

    def post(self, source: Interrupt) -> None:
        """Make `source` pending and interrupt the 68k."""
        with self._lock:
            self._pending |= source
            self._assert_level(1)
        self._wake()

    def tick(self, ticks: int, seconds: int = 0) -> None:
        """Report that so many ticks, and full seconds, have gone by."""
        if not ticks and not seconds:
            return
        with self._lock:
            self._ticks += ticks
        self.post(
            (Interrupt.TICK if ticks else Interrupt(0)) | (Interrupt.SECOND if seconds else Interrupt(0))
        )

    def acknowledge(self) -> tuple[Interrupt, int]:
        """What is pending and the ticks since the last acknowledgement; both start again from zero."""
        with self._lock:
            taken, ticks = self._pending, self._ticks
            self._pending, self._ticks = Interrupt(0), 0
            # Whatever was raised since the exception was taken is in `taken`: a second exception would find
            # nothing.
            self._assert_level(0)
        return taken, ticks

    def clear(self) -> None:
        """Forget everything, as at reset."""
        self.acknowledge()
