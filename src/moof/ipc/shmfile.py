"""The file behind a segment: created with all its memory reserved, opened only if it is what it should be."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from .errors import SegmentError


def create_file(path: Path, size: int) -> int:
    """Create `path`, 0600, with `size` bytes of zeros that surely exist; return its descriptor.

    Raises SegmentError if the file exists or if there is no room.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        fd = os.open(path, flags, 0o600)
    except OSError as error:
        raise SegmentError(f"cannot create {path}: {error.strerror}") from error
    try:
        # Reserving now makes a full /dev/shm an error here instead of SIGBUS at some later store.
        os.posix_fallocate(fd, 0, size)
    except OSError as error:
        os.close(fd)
        path.unlink()
        raise SegmentError(
            f"{path.parent} has no room for the {size / 1e6:.0f} MB of a segment ({error.strerror}); "
            "in a container, raise its --shm-size"
        ) from error
    return fd


def mend_file(fd: int, size: int) -> None:
    """Give the file its size and all its memory back; what was missing is zeros.

    Raises SegmentError if there is no room any more.
    """
    status = os.fstat(fd)
    if status.st_size == size and status.st_blocks * 512 >= size:
        return
    try:
        os.ftruncate(fd, size)
        os.posix_fallocate(fd, 0, size)
    except OSError as error:
        raise SegmentError(f"a truncated segment cannot be made whole: {error.strerror}") from error


def open_file(path: Path, size: int) -> int:
    """Open `path` for reading and writing; return its descriptor.

    Raises SegmentError unless it is a regular file of this user with exactly `size` bytes.
    """
    # O_NONBLOCK: a FIFO planted under this name must not hold us up.
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        fd = os.open(path, flags)
    except OSError as error:
        raise SegmentError(f"cannot open {path}: {error.strerror}") from error
    try:
        _check(path, os.fstat(fd), size)
    except SegmentError:
        os.close(fd)
        raise
    return fd


def _check(path: Path, status: os.stat_result, size: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise SegmentError(f"{path} is not a regular file")
    if status.st_uid != os.geteuid():
        raise SegmentError(f"{path} belongs to user {status.st_uid}; only one's own emulators can be used")
    if status.st_size != size:
        raise SegmentError(
            f"{path} has {status.st_size} bytes instead of {size}: still being created, or no IPC v4"
        )
