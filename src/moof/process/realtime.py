"""The right to be woken in time, for threads that deliver sound."""

import logging
import os
from typing import Final

_log = logging.getLogger(__name__)

_PRIORITY: Final = 10
"""Above everything ordinary, below the kernel's own threads and whatever the machine's owner put higher."""
_NICENESS: Final = -10


def request_realtime(what: str) -> str:
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
