"""A listening Unix socket whose path derives from a process id."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from moof.ipc.errors import IpcError


def listen(path: Path, backlog: int) -> socket.socket:
    """Return a non-blocking socket that listens at `path`; its mode is 0600 before it accepts connections.

    A file that an earlier process with this id left is replaced. Raises IpcError.
    """
    remove_stale(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    try:
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        raise IpcError(f"cannot listen at {path}: {error.strerror}") from error
    return listener


def remove_stale(path: Path) -> None:
    """Remove a file that an earlier process with this id left. Raises IpcError."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise IpcError(f"{path} cannot be removed: {error.strerror}{_owner(path)}") from error


def _owner(path: Path) -> str:
    """Return whose file it is: another user can occupy the names of process ids that are still to come."""
    try:
        owner = path.lstat().st_uid
    except OSError:
        return ""
    return "" if owner == os.geteuid() else f"; it belongs to user {owner}"
