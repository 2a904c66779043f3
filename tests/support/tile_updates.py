"""Reads the updates of lossless codecs that a viewer receives over its WebSocket, as the page does."""

import struct
from collections.abc import Iterator

_LENGTH = struct.Struct("<I")


def unpack(update: bytes) -> Iterator[bytes]:
    """Yield the messages of an update; it must not be truncated."""
    at = 0
    while at < len(update):
        (length,) = _LENGTH.unpack_from(update, at)
        at += _LENGTH.size + length
        assert at <= len(update)
        yield update[at - length : at]
