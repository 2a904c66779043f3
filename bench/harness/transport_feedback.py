"""Transport-wide feedback as a browser sends it, for receivers that decode nothing.

draft-holmer-rmcat-transport-wide-cc-extensions-01; `moof.server.rtp.twcc` is the other end. RTP headers are
not encrypted (RFC 3711), so the numbers are read from packets as they arrive.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

_ONE_BYTE_EXTENSIONS: Final = 0xBEDE
_TICK_SECONDS: Final = 0.000_250
_REFERENCE_TICKS: Final = 256
_SYMBOLS_PER_CHUNK: Final = 7
_LOST, _SMALL_DELTA, _LARGE_DELTA = 0, 1, 2


def transport_number(packet: bytes, extension_id: int) -> int | None:
    """Return the transport-wide number of an RTP packet, None if it has none (RFC 8285, section 4.2)."""
    at = 12 + 4 * (packet[0] & 0x0F)
    if not packet[0] & 0x10 or struct.unpack_from("!H", packet, at)[0] != _ONE_BYTE_EXTENSIONS:
        return None
    end = at + 4 + 4 * int(struct.unpack_from("!H", packet, at + 2)[0])
    at += 4
    while at < end:
        kind, length = packet[at] >> 4, (packet[at] & 0x0F) + 1
        if packet[at] == 0:  # padding
            at += 1
        elif kind == extension_id:
            return int(struct.unpack_from("!H", packet, at + 1)[0])
        else:
            at += 1 + length
    return None


def transport_feedback(media_ssrc: int, count: int, arrived: Sequence[tuple[int, float]]) -> bytes:
    """Return the RTCP packet that reports these packets.

    Args:
        media_ssrc: of the stream whose packets they are.
        count: how many reports were sent before, modulo 256.
        arrived: number and time of arrival in seconds, in the order of the numbers; at least one.
    """
    base, last = arrived[0][0], int(arrived[0][1] / _TICK_SECONDS) // _REFERENCE_TICKS * _REFERENCE_TICKS
    reference, deltas = last // _REFERENCE_TICKS & 0xFFFFFF, b""
    symbols: list[int] = []
    for number, arrived_at in arrived:
        symbols += [_LOST] * (((number - base) & 0xFFFF) - len(symbols))
        ticks = int(arrived_at / _TICK_SECONDS)
        small, last, delta = 0 <= ticks - last < 256, ticks, ticks - last
        symbols.append(_SMALL_DELTA if small else _LARGE_DELTA)
        deltas += struct.pack("!B" if small else "!h", delta)
    body = struct.pack("!IIHHI", 1, media_ssrc, base, len(symbols), reference << 8 | count & 0xFF)
    body += (
        b"".join(_chunk(symbols[at : at + 7]) for at in range(0, len(symbols), _SYMBOLS_PER_CHUNK)) + deltas
    )
    body += bytes(-len(body) % 4)
    return struct.pack("!BBH", 0x80 | 15, 205, len(body) // 4) + body


def _chunk(symbols: Sequence[int]) -> bytes:
    """Return up to seven symbols of two bits."""
    bits = 0
    for symbol in [*symbols, *[_LOST] * (_SYMBOLS_PER_CHUNK - len(symbols))]:
        bits = bits << 2 | symbol
    return struct.pack("!H", 0xC000 | bits)
