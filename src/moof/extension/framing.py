"""Frames of the extension socket: a header of 8 bytes and a body, little endian. Sans-IO."""

import struct
from dataclasses import dataclass, field
from typing import Final

from moof.extension.errors import ExtensionError

_HEADER: Final = struct.Struct("<IHH")
"""Length of the body, type of the message, reserved (0)."""
MAX_BODY: Final = 65_536


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A message before its body is decoded; `kind` is the type in the header."""

    kind: int
    body: bytes


def frame(kind: int, body: bytes) -> bytes:
    """Return a message's header and body. Raises ExtensionError for a body that is too long."""
    if len(body) > MAX_BODY:
        raise ExtensionError(f"a body has {len(body)} bytes, more than {MAX_BODY}")
    return _HEADER.pack(len(body), kind, 0) + body


@dataclass(slots=True)
class FrameSplitter:
    """Splits a byte stream into messages, at whatever boundaries it is read.

    It keeps less than one message, at most MAX_BODY and a header.
    """

    _pending: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> list[RawMessage]:
        """Return the messages that `data` completes.

        Raises ExtensionError for a header without a meaning, as soon as it is there: close the connection.
        Messages before it in the same `data` are lost, too.
        """
        self._pending += data
        messages = []
        at = 0
        while len(self._pending) - at >= _HEADER.size:
            length, kind = self._read_header(at)
            end = at + _HEADER.size + length
            if len(self._pending) < end:
                break
            messages.append(RawMessage(kind, bytes(self._pending[at + _HEADER.size : end])))
            at = end
        del self._pending[:at]
        return messages

    def _read_header(self, at: int) -> tuple[int, int]:
        length, kind, reserved = _HEADER.unpack_from(self._pending, at)
        if length > MAX_BODY:
            raise ExtensionError(f"a message of {length} bytes is announced; the most is {MAX_BODY}")
        if reserved:
            raise ExtensionError(f"the reserved field of a header is {reserved}, not 0")
        return length, kind
