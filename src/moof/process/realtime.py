"""Real-time scheduling and absolute sleeps, for threads that deliver sound."""

import ctypes
import logging
import os
import sys
import threading
import time
from typing import Final

from moof.process.realtime_kit import RealtimeKitError, ask_realtime_kit
from moof.process.realtime_limit import return_overrunning_threads

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

    Real-time scheduling needs RLIMIT_RTPRIO or CAP_SYS_NICE; ordinary users, who have neither, get it from
    RealtimeKit where that runs. A negative niceness is the second best. `what` names the thread in the log.
    """
    try:
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(_PRIORITY))
    except OSError as refused:
        return _ask_others(what, refused.strerror or "")
    LOG.info("%s runs with real-time scheduling.", what)
    return "real-time"


def _ask_others(what: str, refused: str) -> str:
    """Request of RealtimeKit what the system refused; be content with a niceness."""
    try:
        ask_realtime_kit(threading.get_native_id(), _PRIORITY)
    except RealtimeKitError as error:
        granted = _niceness()
        LOG.info(
            "%s runs with %s: real-time scheduling was refused (%s), by RealtimeKit as well (%s). On a busy "
            "machine it may run late; `ulimit -r %d`, CAP_SYS_NICE or RealtimeKit (Debian: rtkit) grants it.",
            *(what, granted, refused, error, _PRIORITY),
        )
        return granted
    LOG.info("%s runs with real-time scheduling, by RealtimeKit.", what)
    return "real-time"


def prepare_for_sound() -> None:
    """Prepare this process for threads that deliver sound; to be called in its main thread.

    A thread that waits for the GIL gets it after 0.5 ms, and a real-time thread that computes for too long
    becomes an ordinary one.
    """
    sys.setswitchinterval(_GIL_SECONDS)
    if threading.current_thread() is threading.main_thread():
        return_overrunning_threads()


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
