"""Splits H.264 access units into RTP payloads.

Source: RFC 6184, packetization mode 1 (non-interleaved): single NAL unit packets (5.6), STAP-A for several
units that fit into one packet (5.7.1) and FU-A for units that do not (5.8).
"""

from collections.abc import Iterator

_START = b"\x00\x00\x01"
_STAP_A = 24
_FU_A = 28
_NRI_MASK = 0x60
_TYPE_MASK = 0x1F
_FU_START, _FU_END = 0x80, 0x40


def nal_units(access_unit: bytes) -> Iterator[bytes]:
    """Yield the NAL units of an Annex B byte stream (ITU-T H.264, B.1) without start codes and padding."""
    start = access_unit.find(_START)
    while start >= 0:
        begin = start + len(_START)
        start = access_unit.find(_START, begin)
        unit = access_unit[begin : start if start >= 0 else len(access_unit)].rstrip(b"\x00")
        if unit:
            yield unit


def packetize(access_unit: bytes, mtu: int = 1180) -> list[bytes]:
    """Return RTP payloads of at most `mtu` bytes, in order; the marker bit belongs to the last one.

    Raises:
        ValueError: an `mtu` too small for a fragment.
    """
    if mtu < 4:
        raise ValueError(f"payloads of {mtu} bytes are too small for RFC 6184")
    payloads: list[bytes] = []
    aggregated: list[bytes] = []
    for unit in nal_units(access_unit):
        if aggregated and _aggregate_size([*aggregated, unit]) > mtu:
            payloads.append(_aggregate(aggregated))
            aggregated = []
        if len(unit) > mtu:
            payloads.extend(_fragments(unit, mtu))
        else:
            aggregated.append(unit)
    if aggregated:
        payloads.append(_aggregate(aggregated))
    return payloads


def _aggregate_size(units: list[bytes]) -> int:
    return 1 + sum(2 + len(unit) for unit in units)


def _aggregate(units: list[bytes]) -> bytes:
    """Return a STAP-A of several units; a single unit is returned as it is."""
    if len(units) == 1:
        return units[0]
    importance = max(unit[0] & _NRI_MASK for unit in units)
    parts = [bytes([importance | _STAP_A])]
    for unit in units:
        parts += (len(unit).to_bytes(2, "big"), unit)
    return b"".join(parts)


def _fragments(unit: bytes, mtu: int) -> Iterator[bytes]:
    """Yield FU-A payloads of about equal size, without a tiny last one."""
    indicator = unit[0] & _NRI_MASK | _FU_A
    kind = unit[0] & _TYPE_MASK
    body = memoryview(unit)[1:]
    count = -(-len(body) // (mtu - 2))
    for i in range(count):
        piece = body[len(body) * i // count : len(body) * (i + 1) // count]
        edges = (_FU_START if i == 0 else 0) | (_FU_END if i == count - 1 else 0)
        yield bytes((indicator, edges | kind)) + piece
