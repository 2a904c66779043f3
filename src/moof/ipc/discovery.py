"""Which emulators are there, and what dead ones left behind; names carry the process id."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .names import SHM_DIRECTORY, SOCKET_DIRECTORY, shm_name

_SEGMENT_NAME = re.compile(r"macemu-video-([1-9]\d{0,8})")
_SOCKET_NAME = re.compile(r"macemu-([1-9]\d{0,8})\.sock")


@dataclass(frozen=True, slots=True)
class EmulatorInfo:
    """An emulator that runs. `started` is when it made its segment, CLOCK_REALTIME seconds."""

    pid: int
    shm_name: str
    socket_path: Path
    started: float


def find_emulators(
    shm_directory: Path = SHM_DIRECTORY, socket_directory: Path = SOCKET_DIRECTORY
) -> list[EmulatorInfo]:
    """Return this user's living emulators, newest first. That one can be connected only connecting tells."""
    found = [
        EmulatorInfo(pid, shm_name(pid), socket_directory / f"macemu-{pid}.sock", status.st_mtime)
        for pid, _, status in _own_files(shm_directory, _SEGMENT_NAME)
        if stat.S_ISREG(status.st_mode) and is_process_alive(pid)
    ]
    return sorted(found, key=lambda emulator: (emulator.started, emulator.pid), reverse=True)


def clean_up_dead(
    shm_directory: Path = SHM_DIRECTORY, socket_directory: Path = SOCKET_DIRECTORY
) -> list[Path]:
    """Remove segments and sockets of this user whose process is no more; return what was removed."""
    removed = []
    for directory, pattern in ((shm_directory, _SEGMENT_NAME), (socket_directory, _SOCKET_NAME)):
        for pid, path, status in _own_files(directory, pattern):
            ours = stat.S_ISREG(status.st_mode) or stat.S_ISSOCK(status.st_mode)
            if ours and not is_process_alive(pid):
                path.unlink(missing_ok=True)
                removed.append(path)
    return removed


def is_process_alive(pid: int) -> bool:
    """Say whether the process runs; a zombie, which only waits for its parent to notice, does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    state = status.rpartition(")")[2].split()[0]  # proc(5): the name before it may hold anything but this
    return state not in "ZX"


def _own_files(directory: Path, pattern: re.Pattern[str]) -> Iterator[tuple[int, Path, os.stat_result]]:
    """Yield process id, path and lstat of this user's files whose whole name matches `pattern`."""
    for path in directory.iterdir():
        if not (match := pattern.fullmatch(path.name)):
            continue
        try:
            status = path.lstat()
        except FileNotFoundError:  # its owner was quicker
            continue
        if status.st_uid == os.geteuid():
            yield int(match[1]), path, status
