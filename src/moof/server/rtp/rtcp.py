"""The RTCP that aiortc does not route: full intra requests, and the receiver's round-trip time. Sans-IO.

A FIR (RFC 5104, section 4.3.1) names its stream in its FCI entries and leaves the packet's media SSRC at 0,
so that aiortc's router finds no stream for it.

A browser that only receives measures the round-trip time by extended reports (RFC 3611, sections 4.4 and
4.5): it sends its time (RRTR), and the sender returns it (DLRR). libwebrtc repeats an unanswered NACK after
one round trip, or after 100 ms as long as it does not know that time.
"""

import struct
from collections.abc import Iterator
from typing import Final

_HEADER: Final = struct.Struct("!BBH")
_FCI_ENTRY: Final = struct.Struct("!IB3x")
_FCI_START: Final = 12  # after the header and the two SSRCs
_PAYLOAD_SPECIFIC_FEEDBACK: Final = 206
_FULL_INTRA_REQUEST: Final = 4
_RECEIVER_REPORT: Final = 201
_EXTENDED_REPORT: Final = 207
_EXTENDED_REPORT_START: Final = 8  # after the header and the SSRC
_BLOCK: Final = struct.Struct("!BxH")
_REFERENCE_TIME: Final = struct.Struct("!BxHQ")
_REFERENCE_TIME_TYPE: Final = 4
_DELAY_TYPE: Final = 5


def fir_targets(compound: bytes) -> list[int]:
    """Return the SSRCs for which a compound RTCP packet requests a key frame, up to what is malformed."""
    return [ssrc for packet in packets_of(compound) for ssrc in _fir_entries(packet)]


def reference_times(compound: bytes) -> list[tuple[int, int]]:
    """Return the receiver reference times in a compound packet, each the reporter's SSRC and NTP time."""
    return [time for packet in packets_of(compound) for time in _reference_times(packet)]


def delay_report(ssrc: int, reporter: int, ntp: int) -> bytes:
    """Return the DLRR answer of the stream `ssrc` to one of `reference_times`, with no delay in between.

    An empty receiver report comes first: a compound packet starts with one (RFC 3550, section 6.1).
    """
    report = struct.pack("!BBHI", 0x80, _RECEIVER_REPORT, 1, ssrc)
    middle = ntp >> 16 & 0xFFFFFFFF
    return report + struct.pack(
        "!BBHIBxHIII", 0x80, _EXTENDED_REPORT, 5, ssrc, _DELAY_TYPE, 3, reporter, middle, 0
    )


def packets_of(compound: bytes) -> Iterator[bytes]:
    """Yield the packets of a compound packet (RFC 3550, section 6.1), up to the first malformed one."""
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


def _reference_times(packet: bytes) -> Iterator[tuple[int, int]]:
    if packet[1] != _EXTENDED_REPORT or len(packet) < _EXTENDED_REPORT_START:
        return
    reporter = int.from_bytes(packet[4:8], "big")
    at = _EXTENDED_REPORT_START
    while at + _BLOCK.size <= len(packet):
        block_type, words = _BLOCK.unpack_from(packet, at)
        if block_type == _REFERENCE_TIME_TYPE and at + _REFERENCE_TIME.size <= len(packet):
            yield reporter, _REFERENCE_TIME.unpack_from(packet, at)[2]
        at += 4 * (words + 1)
