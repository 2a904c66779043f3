"""Which user of this machine a TCP connection belongs to: asked of the kernel, for the peer's end of it.

Both ways work without privileges: sock_diag(7) answers for one connection, /proc/net/tcp (proc(5)) lists all.
"""

import ipaddress
import os
import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SOCK_DIAG: Final = 4
"""NETLINK_SOCK_DIAG."""
_BY_FAMILY: Final = 20
"""SOCK_DIAG_BY_FAMILY."""
_REQUEST: Final = 1
"""NLM_F_REQUEST."""
_ALL_STATES: Final = 0xFFFFFFFF
_NO_COOKIE: Final = 0xFFFFFFFF
_HEADER: Final = struct.Struct("=IHHII")
"""struct nlmsghdr: length, type, flags, sequence, port."""
_QUESTION: Final = struct.Struct("=BBBBI")
"""struct inet_diag_req_v2 before its socket id: family, protocol, extensions, padding, states."""
_SOCKET_ID: Final = struct.Struct("!HH16s16s")
_ANSWER: Final = struct.Struct("=BBBB48xIIIII")
"""struct inet_diag_msg: family, state, timer, retransmissions, socket id, expires, queues, uid, inode."""
_PROC: Final = {socket.AF_INET: Path("/proc/net/tcp"), socket.AF_INET6: Path("/proc/net/tcp6")}
_TIMEOUT: Final = 0.05

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class LocalConnection:
    """A TCP connection of two sockets of this machine: its end there and its end here, address and port."""

    peer: Address
    own: Address

    @property
    def family(self) -> socket.AddressFamily:
        """The address family."""
        return socket.AF_INET6 if ":" in self.peer[0] else socket.AF_INET


def peer_uid(connection: LocalConnection) -> int | None:
    """Return the user id of the process that has the peer's socket, None if that is not known.

    A socket that its process has closed is nobody's: the kernel would say that it is root's.
    """
    try:
        return _by_netlink(connection)
    except (FileNotFoundError, ConnectionError):
        return None  # there is no such connection
    except (OSError, struct.error):
        pass  # there is no netlink here; the list may take 35 ms (measured)
    try:
        return _by_proc(connection)
    except (OSError, ValueError):
        return None


def _by_netlink(connection: LocalConnection) -> int | None:
    """Ask for this connection alone. Raises OSError or struct.error."""
    peer, own = connection.peer, connection.own
    body = _QUESTION.pack(connection.family, socket.IPPROTO_TCP, 0, 0, _ALL_STATES)
    body += _SOCKET_ID.pack(peer[1], own[1], _packed(peer), _packed(own))
    body += struct.pack("=III", 0, _NO_COOKIE, _NO_COOKIE)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _SOCK_DIAG) as netlink:
        netlink.settimeout(_TIMEOUT)
        netlink.sendto(_HEADER.pack(_HEADER.size + len(body), _BY_FAMILY, _REQUEST, 1, 0) + body, (0, 0))
        answer = netlink.recv(4096)
    kind = _HEADER.unpack_from(answer)[1]
    if kind != _BY_FAMILY:
        number = -struct.unpack_from("=i", answer, _HEADER.size)[0]
        raise OSError(number, os.strerror(number))
    *_, uid, inode = _ANSWER.unpack_from(answer, _HEADER.size)
    return int(uid) if inode else None


def _packed(address: Address) -> bytes:
    return ipaddress.ip_address(address[0]).packed


def _by_proc(connection: LocalConnection) -> int | None:
    """Look for this connection in the list of all. Raises OSError or ValueError."""
    ends = [_proc_text(connection.peer), _proc_text(connection.own)]
    for line in _PROC[connection.family].read_text("ascii").splitlines()[1:]:
        fields = line.split()
        if fields[1:3] == ends:
            return int(fields[7]) if int(fields[9]) else None
    return None


def _proc_text(address: Address) -> str:
    """Return an address as proc(5) has it: words of 32 bits in the machine's order, and the port."""
    packed = _packed(address)
    words = struct.unpack(f"={len(packed) // 4}I", packed)
    return f"{''.join(f'{word:08X}' for word in words)}:{address[1]:04X}"
