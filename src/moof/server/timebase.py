"""The server's clock, waiting for a moment of it, and the right to be woken in time."""

import ctypes
import logging
import os
import time
from dataclasses import dataclass
from typing import Final

_log = logging.getLogger(__name__)

_TIMER_ABSTIME: Final = 1
_NANOSECONDS: Final = 1_000_000_000
_PRIORITY: Final = 10
"""Above everything ordinary, below the kernel's own threads and whatever the machine's owner put higher."""
_NICENESS: Final = -10


class _Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


_libc: Final = ctypes.CDLL(None, use_errno=True)  # calls through it release the GIL


@dataclass(frozen=True, slots=True)
class Timebase:
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


def be_woken_in_time(what: str) -> str:
    """Ask the system to run the calling thread before others; return, and log, what it granted.

    Real-time scheduling needs a right (RLIMIT_RTPRIO or CAP_SYS_NICE), and so does a better niceness.
    """
    try:
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(_PRIORITY))
    except OSError as refused:
        granted = _niceness()
        _log.info(
            "%s runs with %s: real-time scheduling was refused (%s). On a busy machine it may come late; "
            "`ulimit -r %d` or CAP_SYS_NICE grants it.",
            what,
            granted,
            refused.strerror,
            _PRIORITY,
        )
        return granted
    _log.info("%s runs with real-time scheduling.", what)
    return "real-time"


def _niceness() -> str:
    try:
        os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)  # on Linux 0 is the calling thread
    except OSError:
        return "ordinary scheduling"
    return f"niceness {_NICENESS}"
