"""One side of an extension connection: hello first, then what both sides can do. Sans-IO."""

from collections.abc import Iterable

from moof.extension.framing import FrameSplitter, frame
from moof.extension.messages import (
    Capability,
    ExtensionHello,
    ExtensionMessage,
    capability_of,
    pack,
    unpack,
    unpack_hello,
)


class ExtensionChannel:
    """Bytes to messages and back, for a side that has these capabilities."""

    def __init__(self, capabilities: Iterable[Capability]) -> None:
        self._own = frozenset(capabilities)
        self._splitter = FrameSplitter()
        self._peer: ExtensionHello | None = None

    @property
    def greeted(self) -> bool:
        """Whether the other side's hello has arrived; before that, nothing but the own hello is sent."""
        return self._peer is not None

    def shares(self, capability: Capability) -> bool:
        """Return whether both sides have listed a capability."""
        return capability in self._own and self._peer is not None and capability in self._peer.capabilities

    def hello(self) -> bytes:
        """Return the bytes of the own hello."""
        raw = pack(ExtensionHello(frozenset(self._own)))
        return frame(raw.kind, raw.body)

    def encode(self, message: ExtensionMessage) -> bytes:
        """Return the message's bytes, none if the other side cannot take it.

        Raises ExtensionError for a value that its field cannot hold.
        """
        if not self.shares(capability_of(message)):
            return b""
        raw = pack(message)
        return frame(raw.kind, raw.body)

    def receive(self, data: bytes) -> list[ExtensionMessage]:
        """Return the messages that `data` completes, without those of unknown types or without a capability.

        Raises ExtensionError for what the protocol does not define: close the connection.
        """
        messages = []
        for raw in self._splitter.feed(data):
            if self._peer is None:
                self._peer = unpack_hello(raw)
                continue
            message = unpack(raw)
            if message is not None and self.shares(capability_of(message)):
                messages.append(message)
        return messages
