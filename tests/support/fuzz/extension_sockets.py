"""The extension socket: bytes from a hostile server at the emulator's end, and the other way round."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

from moof.extension import (
    Capability,
    ClipboardText,
    ExtensionChannel,
    ExtensionError,
    ExtensionSocket,
    KeysRead,
    LayoutName,
    WheelTurn,
)
from moof.ipc import ConnectionLost
from support.fuzz.target import Feed, FuzzTarget

_ALL = frozenset(Capability)
_HELLO = ExtensionChannel(_ALL).hello()
_ANSWER_BYTES = 1 << 16


class _Side:
    """A connected side of the extension socket, connected anew after each violation."""

    def __init__(self, *states: KeysRead | LayoutName | WheelTurn) -> None:
        self._states = states
        self._count = 0
        self._connect()

    def _connect(self) -> None:
        ours, self._peer = socket.socketpair(socket.AF_UNIX)
        self._peer.setblocking(False)
        self._side = ExtensionSocket(ours, _ALL)

    def feed(self, data: bytes) -> None:
        """Send bytes, split anywhere; every other connection begins with a valid hello."""
        with contextlib.suppress(BlockingIOError):
            self._peer.send(data)
        try:
            self._side.receive()
            for state in self._states:
                self._side.put(state)
            self._side.flush()
        except (ExtensionError, ConnectionLost):
            self.close()
            self._connect()
            self._count += 1
            if self._count % 2:
                self._peer.send(_HELLO)
        with contextlib.suppress(BlockingIOError):
            self._peer.recv(_ANSWER_BYTES)

    def close(self) -> None:
        """Close both sockets."""
        self._side.close()
        self._peer.close()


@contextlib.contextmanager
def _emulator() -> Iterator[Feed]:
    """Bytes from a server."""
    with contextlib.closing(_Side(KeysRead(7), LayoutName("german"))) as side:
        yield side.feed


@contextlib.contextmanager
def _server() -> Iterator[Feed]:
    """Bytes from an emulator."""
    with contextlib.closing(_Side(WheelTurn(1, -2), LayoutName("german"))) as side:
        yield side.feed


def _seeds(*messages: WheelTurn | LayoutName | KeysRead | ClipboardText) -> tuple[bytes, ...]:
    channel = ExtensionChannel(_ALL)
    channel.receive(_HELLO)
    return (_HELLO, *map(channel.encode, messages), _HELLO + b"".join(map(channel.encode, messages)))


EXTENSION_EMULATOR = FuzzTarget(
    _emulator, _seeds(WheelTurn(3, -120), LayoutName("french"), ClipboardText("Größe"))
)
"""What a server sends to the built-in Mac or the bridge."""
EXTENSION_SERVER = FuzzTarget(_server, _seeds(KeysRead(70_000), LayoutName("swiss-german")))
"""What an emulator sends to the server."""
