"""The user id of the process at the other end of a Unix socket (SO_PEERCRED, unix(7))."""

from __future__ import annotations

import os
import socket
import struct

_UCRED = struct.Struct("iII")


def is_same_user(peer: socket.socket) -> bool:
    """Return whether the connected process runs as this user; other users are refused."""
    _pid, uid, _gid = _UCRED.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size))
    return bool(uid == os.geteuid())
