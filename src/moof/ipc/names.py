"""Paths of an emulator's segment, sockets and captures: all derive from its process id."""

from __future__ import annotations

from pathlib import Path

SHM_DIRECTORY = Path("/dev/shm")
"""Linux's directory of POSIX shared memory: shm_open("/name") opens the file `name` in it."""
SOCKET_DIRECTORY = Path("/tmp")


def shm_name(pid: int) -> str:
    """Return the segment's POSIX name, as shm_open takes it."""
    return f"/macemu-video-{pid}"


def segment_path(pid: int) -> Path:
    """Return the segment's file."""
    return SHM_DIRECTORY / shm_name(pid).removeprefix("/")


def socket_path(pid: int) -> Path:
    """Return the control socket's path."""
    return SOCKET_DIRECTORY / f"macemu-{pid}.sock"


def extension_path(pid: int) -> Path:
    """Return the extension socket's path; the socket is no part of IPC v4 (moof.extension)."""
    return SOCKET_DIRECTORY / f"moof-{pid}.sock"


def capture_path(pid: int) -> Path:
    """Return the folder that layers record into while `capture_trigger` is set; its setter creates it."""
    return SOCKET_DIRECTORY / f"macemu-{pid}-capture"
