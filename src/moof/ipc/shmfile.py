"""The file of a segment: created with all its memory reserved, opened only if it is a valid segment file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from moof.ipc.errors import SegmentError


def create_file(path: Path, size: int) -> int:
    """Create `path`, mode 0600, with `size` reserved bytes of zeros; return its descriptor.

    Raises SegmentError if the file exists or if there is too little memory.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        fd = os.open(path, flags, 0o600)
    except OSError as error:
        raise SegmentError(f"cannot create {path}: {error.strerror}") from error
    try:
        # Reserved now, a full /dev/shm is an error here instead of SIGBUS at a later store.
        os.posix_fallocate(fd, 0, size)
    except OSError as error:
        os.close(fd)
        path.unlink()
        raise SegmentError(
            f"{path.parent} has less than the {size / 1e6:.0f} MB of a segment ({error.strerror}); "
            "in a container, raise its --shm-size"
        ) from error
    return fd


def restore_file(fd: int, size: int) -> None:
    """Extend the file to `size` and reserve all its memory again; what was missing reads as zeros.

    Raises SegmentError if there is too little memory now.
    """
    status = os.fstat(fd)
    if status.st_size == size and status.st_blocks * 512 >= size:
        return
    try:
        os.ftruncate(fd, size)
        os.posix_fallocate(fd, 0, size)
    except OSError as error:
        raise SegmentError(f"a truncated segment cannot be restored: {error.strerror}") from error


def open_file(path: Path, size: int) -> int:
    """Open `path` for reading and writing; return its descriptor.

    Raises SegmentError unless it is a regular file of this user with exactly `size` bytes.
    """
    # O_NONBLOCK: opening a FIFO of this name must not block.
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
        raise SegmentError(
            f"{path} belongs to user {status.st_uid}; only emulators of the same user can be used"
        )
    if status.st_size != size:
        raise SegmentError(
            f"{path} has {status.st_size} bytes instead of {size}: still being created, or not of IPC v4"
        )
