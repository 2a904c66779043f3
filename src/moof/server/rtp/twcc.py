"""Parses transport-wide congestion control feedback: which packets arrived, and when. Sans-IO.

draft-holmer-rmcat-transport-wide-cc-extensions-01: each packet carries a number of its own in a header
extension; every 50 to 250 ms the browser reports on all numbers since its last report.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from moof.server.rtp.rtcp import packets_of

TRANSPORT_CC_URI: Final = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

_TRANSPORT_FEEDBACK: Final = 205
_FORMAT: Final = 15
_HEADER: Final = struct.Struct("!BBHIIHHI")
_REFERENCE_SECONDS: Final = 0.064
_DELTA_SECONDS: Final = 0.000_250
_SMALL_DELTA, _LARGE_DELTA = 1, 2
_MAX_PACKETS: Final = 4096
"""Reported in one compound packet. The browser sends several a second; more would take 0.4 s to parse."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The fate of one packet: when it arrived, in seconds of the browser's clock, or None if it was lost."""

    number: int
    at: float | None


def arrivals(compound: bytes) -> list[Arrival]:
    """Return what a compound RTCP packet reports, in the order of sending; malformed reports are skipped."""
    found: list[Arrival] = []
    for packet in packets_of(compound):
        found += _report(packet, _MAX_PACKETS - len(found))
    return found


def _report(packet: bytes, max_packets: int) -> list[Arrival]:
    if len(packet) < _HEADER.size:
        return []
    first, packet_type, _, _, _, base, count, reference = _HEADER.unpack_from(packet)
    if packet_type != _TRANSPORT_FEEDBACK or first & 0x1F != _FORMAT or count > max_packets:
        return []
    try:
        symbols, at = _symbols(packet, count)
        return list(_timed(packet, at, base, symbols, (reference >> 8) * _REFERENCE_SECONDS))
    except (struct.error, IndexError):
        return []  # shorter than its header says


def _symbols(packet: bytes, count: int) -> tuple[list[int], int]:
    """Return the status symbol of each packet, and the offset of the first delta."""
    symbols: list[int] = []
    at = _HEADER.size
    while len(symbols) < count:
        (chunk,) = struct.unpack_from("!H", packet, at)
        symbols += _chunk(chunk)
        at += 2
    return symbols[:count], at


def _chunk(chunk: int) -> list[int]:
    if not chunk & 0x8000:
        return [chunk >> 13 & 3] * (chunk & 0x1FFF)
    if not chunk & 0x4000:
        return [chunk >> shift & 1 for shift in range(13, -1, -1)]
    return [chunk >> shift & 3 for shift in range(12, -1, -2)]


def _timed(packet: bytes, at: int, base: int, symbols: list[int], time: float) -> Iterator[Arrival]:
    for index, symbol in enumerate(symbols):
        number = (base + index) & 0xFFFF
        if symbol == _SMALL_DELTA:
            time += packet[at] * _DELTA_SECONDS
            at += 1
        elif symbol == _LARGE_DELTA:
            (delta,) = struct.unpack_from("!h", packet, at)
            time += delta * _DELTA_SECONDS
            at += 2
        yield Arrival(number, time if symbol in (_SMALL_DELTA, _LARGE_DELTA) else None)
