"""Finds running emulators, and the files that dead ones left; their names contain the process id."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from moof.ipc.names import SHM_DIRECTORY, SOCKET_DIRECTORY, shm_name

_SEGMENT_NAME = re.compile(r"macemu-video-([1-9]\d{0,8})")
_SOCKET_NAME = re.compile(r"(?:macemu|moof)-([1-9]\d{0,8})\.sock")
"""The control socket, and the extension socket (moof.extension)."""


@dataclass(frozen=True, slots=True)
class EmulatorInfo:
    """A running emulator. `started` is when it created its segment, CLOCK_REALTIME in seconds."""

    pid: int
    shm_name: str
    socket_path: Path
    started: float


def find_emulators(
    shm_directory: Path = SHM_DIRECTORY, socket_directory: Path = SOCKET_DIRECTORY
) -> list[EmulatorInfo]:
    """Return this user's running emulators, newest first. Whether one accepts a connection is not checked."""
    found = [
        EmulatorInfo(pid, shm_name(pid), socket_directory / f"macemu-{pid}.sock", status.st_mtime)
        for pid, _, status in _own_files(shm_directory, _SEGMENT_NAME)
        if stat.S_ISREG(status.st_mode) and is_process_alive(pid)
    ]
    return sorted(found, key=lambda emulator: (emulator.started, emulator.pid), reverse=True)


def clean_up_dead(
    shm_directory: Path = SHM_DIRECTORY, socket_directory: Path = SOCKET_DIRECTORY
) -> list[Path]:
    """Remove segments and sockets of this user whose process has ended; return what was removed."""
    removed = []
    for directory, pattern in ((shm_directory, _SEGMENT_NAME), (socket_directory, _SOCKET_NAME)):
        for pid, path, status in _own_files(directory, pattern):
            kind = stat.S_IFMT(status.st_mode)
            ours = kind in (stat.S_IFREG, stat.S_IFSOCK, stat.S_IFLNK)  # links: to sockets in a sandbox
            if ours and not is_process_alive(pid):
                path.unlink(missing_ok=True)
                removed.append(path)
    return removed


def is_process_alive(pid: int) -> bool:
    """Return whether the process runs; a zombie, which has not been reaped yet, does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    except OSError:  # no free descriptor, say: whether it is a zombie remains unknown
        return _exists(pid)
    state = status.rpartition(")")[2].split()[0]  # proc(5): the name before it may contain anything but ")"
    return state not in "ZX"


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _own_files(directory: Path, pattern: re.Pattern[str]) -> Iterator[tuple[int, Path, os.stat_result]]:
    """Yield process id, path and lstat of this user's files whose whole name matches `pattern`."""
    for path in directory.iterdir():
        if not (match := pattern.fullmatch(path.name)):
            continue
        try:
            status = path.lstat()
        except FileNotFoundError:  # removed by its owner in the meantime
            continue
        if status.st_uid == os.geteuid():
            yield int(match[1]), path, status
