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
    """Samples are requested."""
    TIMER = 32
    ADB = 64
    """The ADB queue has an event."""
    NMI = 128


class Interrupts:
    """The pending flags and the count of ticks that are not yet acknowledged.

    The core clears its interrupt level when it takes the exception, so the pending flags are stored here, and
    ticks are counted, so that a guest that is late gets their number. `assert_level(1 or 0)` sets the CPU's
    interrupt level, `wake` wakes the thread that runs it. Any thread may post; only the 68k acknowledges.
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
        """Count `ticks` and full `seconds` that have passed, and post their interrupts."""
        if not ticks and not seconds:
            return
        with self._lock:
            self._ticks += ticks
        self.post(
            (Interrupt.TICK if ticks else Interrupt(0)) | (Interrupt.SECOND if seconds else Interrupt(0))
        )

    def acknowledge(self) -> tuple[Interrupt, int]:
        """Return and clear the pending flags and the ticks since the last acknowledgement."""
        with self._lock:
            taken, ticks = self._pending, self._ticks
            self._pending, self._ticks = Interrupt(0), 0
            # `taken` includes what was posted since the exception was taken: a second exception would find
            # nothing pending.
            self._assert_level(0)
        return taken, ticks

    def clear(self) -> None:
        """Clear the flags and the ticks, as at reset."""
        self.acknowledge()
