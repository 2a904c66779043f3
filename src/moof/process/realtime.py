"""Real-time scheduling and absolute sleeps, for threads that deliver sound."""

import ctypes
import logging
import os
import sys
import time
from typing import Final

LOG: Final = logging.getLogger(__name__)

_PRIORITY: Final = 10
"""Above ordinary threads, below the kernel's and those that the machine's owner gave more."""
_NICENESS: Final = -10
_GIL_SECONDS: Final = 0.0005
"""Python's own 5 ms would delay a request for sound by that much while another thread computes."""
_TIMER_ABSTIME: Final = 1
_NANOSECONDS: Final = 1_000_000_000


class _Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


_libc: Final = ctypes.CDLL(None, use_errno=True)  # calls through it release the GIL


def request_realtime(what: str) -> str:
    """Request real-time scheduling for the calling thread; log and return what was granted.

    Real-time scheduling needs RLIMIT_RTPRIO or CAP_SYS_NICE, and so does a negative niceness. `what` names
    the thread in the log.
    """
    try:
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(_PRIORITY))
    except OSError as refused:
        granted = _niceness()
        LOG.info(
            "%s runs with %s: real-time scheduling was refused (%s). On a busy machine it may run late; "
            "`ulimit -r %d` or CAP_SYS_NICE grants it.",
            what,
            granted,
            refused.strerror,
            _PRIORITY,
        )
        return granted
    LOG.info("%s runs with real-time scheduling.", what)
    return "real-time"


def shorten_gil_interval() -> None:
    """Let a thread that waits for the GIL get it after 0.5 ms, in this process; Python's default is 5 ms."""
    sys.setswitchinterval(_GIL_SECONDS)


def _niceness() -> str:
    try:
        os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)  # on Linux 0 is the calling thread
    except OSError:
        return "ordinary scheduling"
    return f"niceness {_NICENESS}"


class MonotonicClock:
    """Reads CLOCK_MONOTONIC, in seconds, and sleeps until a time of it."""

    def now(self) -> float:
        """Return the current time."""
        return self.at(time.monotonic())

    def at(self, monotonic: float) -> float:
        """Return this clock's reading at a time of CLOCK_MONOTONIC; a skewed clock overrides it."""
        return monotonic

    def sleep_until(self, deadline: float) -> None:
        """Return at `deadline`, or at once if it has passed.

        The deadline itself is passed to the system (clock_nanosleep with TIMER_ABSTIME), so that a thread
        that is preempted on its way into the call still wakes in time.
        """
        timespec = _Timespec(*divmod(int(deadline * _NANOSECONDS), _NANOSECONDS))
        _libc.clock_nanosleep(time.CLOCK_MONOTONIC, _TIMER_ABSTIME, ctypes.byref(timespec), None)
