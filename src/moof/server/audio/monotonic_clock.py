"""The server's clock, and waiting for a moment of it."""

import ctypes
import time
from dataclasses import dataclass
from typing import Final

_TIMER_ABSTIME: Final = 1
_NANOSECONDS: Final = 1_000_000_000


class _Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


_libc: Final = ctypes.CDLL(None, use_errno=True)  # calls through it release the GIL


@dataclass(frozen=True, slots=True)
class MonotonicClock:
    """Seconds of CLOCK_MONOTONIC; with `error_ppm`, as a clock counts them that is too fast by so much.

    A wrong clock is for tests: it shows that the sound follows the listener's.
    """

    error_ppm: float = 0.0

    def now(self) -> float:
        """Return the time."""
        return self.at(time.monotonic())

    def at(self, monotonic: float) -> float:
        """Return what this clock shows at a moment of CLOCK_MONOTONIC."""
        return monotonic * (1 + self.error_ppm / 1e6)

    def sleep_until(self, deadline: float) -> None:
        """Return at that time, or at once if it is over.

        The system is told the moment itself (clock_nanosleep with TIMER_ABSTIME): a thread that is held up
        on its way into the sleep still wakes in time.
        """
        nanoseconds = int(deadline / (1 + self.error_ppm / 1e6) * _NANOSECONDS)
        moment = _Timespec(*divmod(nanoseconds, _NANOSECONDS))
        _libc.clock_nanosleep(time.CLOCK_MONOTONIC, _TIMER_ABSTIME, ctypes.byref(moment), None)
