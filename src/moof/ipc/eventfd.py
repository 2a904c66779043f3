"""Wake-ups across processes: a semaphore eventfd counts signals, and each read takes one (eventfd(2))."""

from __future__ import annotations

import os
import select
from pathlib import Path

DRAIN_LIMIT = 4096
"""Most reads of one `drain`. What is left wakes the caller again, so a flood costs time but never hangs."""


def create() -> int:
    """Return a new descriptor, non-blocking, in semaphore mode and closed on exec."""
    return os.eventfd(0, os.EFD_NONBLOCK | os.EFD_SEMAPHORE | os.EFD_CLOEXEC)


def renew(fd: int) -> None:
    """Put a new, empty eventfd under the same number, so that no thread that signals it has to know.

    Whoever got the old one by SCM_RIGHTS keeps it, and can no longer take signals away from its successor.
    """
    if not select.select((), [fd], (), 0)[1]:
        drain(fd, 1)  # full: should a thread of ours wait to signal it, it goes on
    fresh = create()
    os.dup2(fresh, fd, inheritable=False)
    os.close(fresh)


def signal(fd: int) -> None:
    """Add one. A full counter (somebody wrote 2**64 - 2) is left alone: its reader is awake as it is."""
    _never_block(fd)
    try:
        os.eventfd_write(fd, 1)
    except BlockingIOError:
        pass


def drain(fd: int, limit: int = DRAIN_LIMIT) -> int:
    """Take what is there, in at most `limit` reads; return the number of reads that found something."""
    _never_block(fd)
    for taken in range(limit):
        try:
            os.eventfd_read(fd)
        except BlockingIOError:
            return taken
    return limit


def _never_block(fd: int) -> None:
    """Whether it blocks is a matter of the open file, so the other side may have changed it at any time."""
    os.set_blocking(fd, False)


def is_eventfd(fd: int) -> bool:
    """Say whether a descriptor from elsewhere is an eventfd at all."""
    try:
        return str(Path(f"/proc/self/fd/{fd}").readlink()) == "anon_inode:[eventfd]"
    except OSError:
        return False
