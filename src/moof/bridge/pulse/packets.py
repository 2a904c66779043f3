"""Splits a connection's byte stream into packets with a 20-byte header (pulsecore/pstream.c). Sans-IO."""

import struct
from dataclasses import dataclass
from typing import Final

from moof.bridge.pulse.codes import SeekMode

CONTROL: Final = 0xFFFFFFFF
"""The channel of commands; every other channel carries a stream's samples."""
_HEADER: Final = struct.Struct(">IIqI")
_MAX_PACKET: Final = 16 * 1024 * 1024
_LAST_SEEK_MODE: Final = max(SeekMode)


class PacketError(ValueError):
    """The byte stream is invalid: close the connection."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet: a command, or samples for a stream, which are written at `offset` bytes by `seek`."""

    channel: int
    payload: bytes
    offset: int = 0
    seek: SeekMode = SeekMode.RELATIVE


class PacketReader:
    """Splits the byte stream into packets, at whatever boundaries it is read."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[Packet]:
        """Return the packets that `data` completes. Raises PacketError for one that is too long or shared."""
        self._pending += data
        packets = []
        while len(self._pending) >= _HEADER.size:
            length, channel, offset, flags = _HEADER.unpack_from(self._pending)
            if length > _MAX_PACKET or flags > _LAST_SEEK_MODE:
                raise PacketError(f"a packet of {length} bytes with flags {flags:#x} is not supported")
            end = _HEADER.size + length
            if len(self._pending) < end:
                break
            payload = bytes(self._pending[_HEADER.size : end])
            packets.append(Packet(channel, payload, offset, SeekMode(flags)))
            del self._pending[:end]
        return packets


def command(payload: bytes) -> bytes:
    """Return a packet for the control channel."""
    return _HEADER.pack(len(payload), CONTROL, 0, 0) + payload
