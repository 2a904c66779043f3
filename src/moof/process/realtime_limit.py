"""The longest time for which a real-time thread may compute without a pause (RLIMIT_RTTIME).

The kernel sends SIGXCPU at the soft limit and SIGKILL at the hard one. The signal returns all real-time
threads of this process to ordinary scheduling, as PulseAudio does: they may then run late, but neither the
process nor the machine stands still.
"""

import logging
import os
import resource
import signal
from types import FrameType
from typing import Final

LOG: Final = logging.getLogger(__name__)

_RLIMIT_RTTIME: Final = 15  # asm-generic/resource.h; Python's module has no name for it
_threads: Final[set[int]] = set()


def return_overrunning_threads() -> None:
    """Handle SIGXCPU from now on; `limit_realtime` needs it. To be called in the main thread."""
    signal.signal(signal.SIGXCPU, _return_to_ordinary)


def limit_realtime(thread: int, microseconds: int) -> bool:
    """Let a thread, which is to become a real-time one, compute for at most so long without a pause.

    The limit is that of the whole process and its children. Returns False, without setting it, if nothing
    handles SIGXCPU, since a thread that computed for longer would then end the process.
    """
    if signal.getsignal(signal.SIGXCPU) is not _return_to_ordinary:
        return False
    _, most = resource.getrlimit(_RLIMIT_RTTIME)
    hard = microseconds if most == resource.RLIM_INFINITY else min(most, microseconds)
    try:
        resource.setrlimit(_RLIMIT_RTTIME, (hard // 2, hard))
    except (OSError, ValueError) as error:
        LOG.info("The time of real-time threads cannot be limited: %s.", error)
        return False
    _threads.add(thread)
    return True


def _return_to_ordinary(number: int, frame: FrameType | None) -> None:
    for thread in tuple(_threads):
        try:
            os.sched_setscheduler(thread, os.SCHED_OTHER | os.SCHED_RESET_ON_FORK, os.sched_param(0))
        except ProcessLookupError:
            pass
    if _threads:
        LOG.warning("A real-time thread computed for too long; it has ordinary scheduling from now on.")
    _threads.clear()
