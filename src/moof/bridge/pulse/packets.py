"""Splits a connection's byte stream into packets with a 20-byte header (pulsecore/pstream.c). Sans-IO."""

import struct
from dataclasses import dataclass
from typing import Final

CONTROL: Final = 0xFFFFFFFF
"""The channel of commands; every other channel carries a stream's samples."""
_HEADER: Final = struct.Struct(">5I")
_MAX_PACKET: Final = 16 * 1024 * 1024
_SEEK_MASK: Final = 0xFF


class PacketError(ValueError):
    """The byte stream is invalid: close the connection."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet: a command, or samples for a stream."""

    channel: int
    payload: bytes


class PacketReader:
    """Splits the byte stream into packets, at whatever boundaries it is read."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[Packet]:
        """Return the packets that `data` completes. Raises PacketError for one that is too long or shared."""
        self._pending += data
        packets = []
        while len(self._pending) >= _HEADER.size:
            length, channel, _, _, flags = _HEADER.unpack_from(self._pending)
            if length > _MAX_PACKET or flags & ~_SEEK_MASK:
                raise PacketError(f"a packet of {length} bytes with flags {flags:#x} is not supported")
            end = _HEADER.size + length
            if len(self._pending) < end:
                break
            packets.append(Packet(channel, bytes(self._pending[_HEADER.size : end])))
            del self._pending[:end]
        return packets


def command(payload: bytes) -> bytes:
    """Return a packet for the control channel."""
    return _HEADER.pack(len(payload), CONTROL, 0, 0, 0) + payload
