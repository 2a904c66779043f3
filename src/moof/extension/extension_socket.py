"""A connected extension socket, at either end: never blocks, and queues a bounded number of messages."""

import socket
import time
from collections.abc import Iterable
from typing import Final

from moof.extension.channel import ExtensionChannel
from moof.extension.messages import Capability, ExtensionMessage, pack
from moof.extension.outbox import ExtensionOutbox
from moof.ipc import ConnectionLost
from moof.token_bucket import TokenBucket

_RECEIVE_BYTES: Final = 16_384
FLOOD_PAUSE: Final = 0.05
"""Seconds until the next read after a full one or too many, so that a peer that never stops sending takes
little time.
"""
_READS_PER_SECOND: Final = 250.0
_READ_BURST: Final = 500.0
"""More than any state changes: an emulator collects its reports for 5 ms."""


class ExtensionSocket:
    """Owns the socket. Used by one thread at a time.

    `flooding` says whether the last read was a full one, or one too many: the caller then reads again after
    FLOOD_PAUSE.
    """

    def __init__(self, peer: socket.socket, capabilities: Iterable[Capability]) -> None:
        peer.setblocking(False)
        self.flooding = False
        self._peer = peer
        self._channel = ExtensionChannel(capabilities)
        self._unsent = bytearray(self._channel.hello())
        self._outbox = ExtensionOutbox()
        self._reads = TokenBucket(_READS_PER_SECOND, _READ_BURST)

    def fileno(self) -> int:
        """Return the descriptor to wait on; -1 after `close`."""
        return self._peer.fileno()

    @property
    def greeted(self) -> bool:
        """Whether the other side's hello has arrived."""
        return self._channel.greeted

    def shares(self, capability: Capability) -> bool:
        """Return whether both sides have listed a capability."""
        return self._channel.shares(capability)

    @property
    def pending(self) -> bool:
        """Whether bytes are to be sent as soon as the socket is writable."""
        return bool(self._unsent) or (self.greeted and bool(self._outbox))

    def put(self, message: ExtensionMessage) -> None:
        """Queue a message, merged with one of its type that waits; `flush` sends it.

        Raises ExtensionError for a value that its field cannot hold.
        """
        pack(message)
        self._outbox.put(message)

    def flush(self) -> None:
        """Send what the socket accepts. Raises ConnectionLost if the other side has disconnected."""
        while self._fill():
            try:
                sent = self._peer.send(self._unsent, socket.MSG_NOSIGNAL)
            except BlockingIOError:
                return
            except OSError as error:
                raise ConnectionLost(f"the other side has disconnected: {error.strerror}") from error
            del self._unsent[:sent]

    def receive(self) -> list[ExtensionMessage]:
        """Read once, and return the messages that are complete then.

        Raises ConnectionLost if the other side has disconnected, ExtensionError if it violates the protocol.
        """
        self.flooding = False
        try:
            data = self._peer.recv(_RECEIVE_BYTES)
        except BlockingIOError:
            return []
        except OSError as error:
            raise ConnectionLost(f"the other side has disconnected: {error.strerror}") from error
        if not data:
            raise ConnectionLost("the other side has disconnected")
        self.flooding = not self._reads.take(time.monotonic()) or len(data) == _RECEIVE_BYTES
        return self._channel.receive(data)

    def close(self) -> None:
        """Disconnect."""
        self._peer.close()

    def _fill(self) -> bool:
        """Encode what waits once all before it has been sent; return whether there are bytes to send."""
        if not self._unsent and self.greeted:
            for message in self._outbox.take():
                self._unsent += self._channel.encode(message)
        return bool(self._unsent)
