"""Signals between processes: a semaphore eventfd counts them, and each read takes one (eventfd(2))."""

from __future__ import annotations

import os
import select
from pathlib import Path

DRAIN_LIMIT = 4096
"""Most reads of one `drain`. The descriptor stays readable if more are left, so that a flood never blocks."""


def create() -> int:
    """Return a new descriptor, non-blocking, in semaphore mode and closed on exec."""
    return os.eventfd(0, os.EFD_NONBLOCK | os.EFD_SEMAPHORE | os.EFD_CLOEXEC)


def renew(fd: int) -> None:
    """Replace the eventfd by a new, empty one under the same number, which other threads keep using.

    A process that got the old one by SCM_RIGHTS keeps that one, and can no longer take signals from the next
    server.
    """
    if not select.select((), [fd], (), 0)[1]:
        drain(fd, 1)  # full: unblocks a thread of this process that waits in a write
    fresh = create()
    os.dup2(fresh, fd, inheritable=False)
    os.close(fresh)


def signal(fd: int) -> None:
    """Add one. A full counter (2**64 - 2 was written) is left as it is: its descriptor is readable anyway."""
    _never_block(fd)
    try:
        os.eventfd_write(fd, 1)
    except BlockingIOError:
        pass


def drain(fd: int, limit: int = DRAIN_LIMIT) -> int:
    """Read until the counter is 0, at most `limit` times; return how many reads succeeded."""
    _never_block(fd)
    for taken in range(limit):
        try:
            os.eventfd_read(fd)
        except BlockingIOError:
            return taken
    return limit


def _never_block(fd: int) -> None:
    """Set O_NONBLOCK. It belongs to the open file description, so the other process may have cleared it."""
    os.set_blocking(fd, False)


def is_eventfd(fd: int) -> bool:
    """Return whether a descriptor received from another process is an eventfd."""
    try:
        return str(Path(f"/proc/self/fd/{fd}").readlink()) == "anon_inode:[eventfd]"
    except OSError:
        return False
