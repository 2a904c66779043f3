"""Finding running emulators and removing the files of dead ones, each in its own folders."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from moof.ipc import EmulatorInfo, clean_up_dead, find_emulators, is_process_alive


@pytest.fixture
def shm(tmp_path: Path) -> Path:
    (tmp_path / "shm").mkdir()
    return tmp_path / "shm"


@pytest.fixture
def sockets(tmp_path: Path) -> Path:
    (tmp_path / "sockets").mkdir()
    return tmp_path / "sockets"


@pytest.fixture
def child() -> Iterator[int]:
    """Start another process of this user and return its id."""
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process.pid
        process.kill()


def add_segment(shm: Path, pid: int, age: float = 0) -> Path:
    path = shm / f"macemu-video-{pid}"
    path.touch()
    os.utime(path, (1000 - age, 1000 - age))
    return path


def add_socket(sockets: Path, pid: int, name: str = "macemu") -> Path:
    path = sockets / f"{name}-{pid}.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
    return path


def test_running_emulators_are_sorted_newest_first(
    shm: Path, sockets: Path, child: int, dead_pid: int
) -> None:
    add_segment(shm, os.getpid(), age=5)
    add_segment(shm, child)
    add_segment(shm, dead_pid)
    assert find_emulators(shm, sockets) == [
        EmulatorInfo(child, f"/macemu-video-{child}", sockets / f"macemu-{child}.sock", 1000.0),
        EmulatorInfo(
            os.getpid(), f"/macemu-video-{os.getpid()}", sockets / f"macemu-{os.getpid()}.sock", 995.0
        ),
    ]


@pytest.mark.parametrize("name", ["macemu-video-", "macemu-video-007", "macemu-video-1x", "other-1"])
def test_other_names_are_ignored(shm: Path, sockets: Path, name: str) -> None:
    (shm / name).touch()
    assert find_emulators(shm, sockets) == []
    assert clean_up_dead(shm, sockets) == []


def test_links_and_folders_are_ignored(shm: Path, sockets: Path) -> None:
    (shm / f"macemu-video-{os.getpid()}").symlink_to("/dev/null")
    (shm / "macemu-video-1").mkdir()
    assert find_emulators(shm, sockets) == []


def test_only_files_of_dead_processes_are_removed(shm: Path, sockets: Path, dead_pid: int) -> None:
    own = os.getpid()
    living = [add_segment(shm, own), add_socket(sockets, own), add_socket(sockets, own, "moof")]
    dead = [add_segment(shm, dead_pid), add_socket(sockets, dead_pid), add_socket(sockets, dead_pid, "moof")]
    (sockets / f"macemu-{dead_pid - 1}.sock").mkdir()
    assert sorted(clean_up_dead(shm, sockets)) == sorted(dead)
    assert all(path.exists() for path in living)
    assert not any(path.exists() for path in dead)


def test_files_of_others_are_neither_found_nor_removed(
    shm: Path, sockets: Path, dead_pid: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_segment(shm, os.getpid())
    add_segment(shm, dead_pid)
    uid = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: uid + 1)
    assert find_emulators(shm, sockets) == []
    assert clean_up_dead(shm, sockets) == []


def test_zombie_counts_as_dead(dead_pid: int) -> None:
    with subprocess.Popen(["true"]) as process:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not is_process_alive(process.pid)
    assert not is_process_alive(dead_pid)
    assert is_process_alive(os.getpid())
