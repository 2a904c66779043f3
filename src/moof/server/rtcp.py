"""The RTCP feedback that aiortc drops on the way: full intra requests. Sans-IO.

A FIR (RFC 5104, section 4.3.1) names the stream that it means in its FCI entries and leaves the packet's
media SSRC at 0, so that aiortc's router finds nobody to give it to.
"""

import struct
from collections.abc import Iterator
from typing import Final

_HEADER: Final = struct.Struct("!BBH")
_FCI_ENTRY: Final = struct.Struct("!IB3x")
_FCI_START: Final = 12  # after the header and the two SSRCs
_PAYLOAD_SPECIFIC_FEEDBACK: Final = 206
_FULL_INTRA_REQUEST: Final = 4


def fir_targets(compound: bytes) -> list[int]:
    """Return the SSRCs that a compound RTCP packet wants a key frame of; malformed rests are ignored."""
    return [ssrc for packet in packets_of(compound) for ssrc in _fir_entries(packet)]


def packets_of(compound: bytes) -> Iterator[bytes]:
    """Cut a compound packet (RFC 3550, section 6.1) into its packets."""
    start = 0
    while start + _HEADER.size <= len(compound):
        _, _, words = _HEADER.unpack_from(compound, start)
        end = start + 4 * (words + 1)
        if end > len(compound):
            return
        yield compound[start:end]
        start = end


def _fir_entries(packet: bytes) -> Iterator[int]:
    first, packet_type, _ = _HEADER.unpack_from(packet)
    if packet_type != _PAYLOAD_SPECIFIC_FEEDBACK or first & 0x1F != _FULL_INTRA_REQUEST:
        return
    for offset in range(_FCI_START, len(packet) - _FCI_ENTRY.size + 1, _FCI_ENTRY.size):
        ssrc, _sequence = _FCI_ENTRY.unpack_from(packet, offset)
        yield ssrc
