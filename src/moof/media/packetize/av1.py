"""Splits AV1 temporal units into RTP payloads.

Source: the AV1 RTP payload specification (AOMedia, v1.0) and the AV1 bitstream specification, section 5.3.
    Temporal delimiters, tile lists and padding are omitted; OBUs are sent without their size fields, each
    after its length (W = 0).
"""

from collections.abc import Iterator

_TEMPORAL_DELIMITER, _TILE_LIST, _PADDING, _SEQUENCE_HEADER = 2, 8, 15, 1
_LEFT_OUT = frozenset((_TEMPORAL_DELIMITER, _TILE_LIST, _PADDING))
_EXTENSION, _HAS_SIZE = 0x04, 0x02
_CONTINUES, _CONTINUED, _NEW_SEQUENCE = 0x80, 0x40, 0x08  # Z, Y and N of the aggregation header
_MAX_LENGTH_BYTES = 2


def leb128(value: int) -> bytes:
    """Return an unsigned number as LEB128: seven bits a byte, lowest first."""
    parts = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        parts.append(low | (0x80 if value else 0))
        if not value:
            return bytes(parts)


def obus(unit: bytes) -> Iterator[bytes]:
    """Yield the OBUs of a temporal unit in the low-overhead format, without their size fields.

    Raises:
        ValueError: the unit ends within an OBU.
    """
    at = 0
    while at < len(unit):
        header = unit[at]
        start = at + 2 if header & _EXTENSION else at + 1
        size, body = _read_leb128(unit, start) if header & _HAS_SIZE else (len(unit) - start, start)
        if body + size > len(unit):
            raise ValueError("an OBU is longer than its temporal unit")
        yield bytes((header & ~_HAS_SIZE,)) + unit[at + 1 : start] + unit[body : body + size]
        at = body + size


def packetize(unit: bytes, mtu: int = 1180) -> list[bytes]:
    """Return RTP payloads of at most `mtu` bytes, in order; the marker bit belongs to the last one.

    Raises:
        ValueError: an invalid unit, or an `mtu` too small for a fragment.
    """
    if mtu < 1 + _MAX_LENGTH_BYTES + 1:
        raise ValueError(f"payloads of {mtu} bytes are too small for AV1")
    kept = [obu for obu in obus(unit) if obu[0] >> 3 & 15 not in _LEFT_OUT]
    starts_sequence = any(obu[0] >> 3 & 15 == _SEQUENCE_HEADER for obu in kept)
    payloads: list[bytearray] = []
    payload = bytearray((_NEW_SEQUENCE if starts_sequence else 0,))
    for obu in kept:
        at = 0
        while at < len(obu):
            space = mtu - len(payload) - _MAX_LENGTH_BYTES
            if space < 1:
                payloads.append(payload)
                payload = bytearray((_CONTINUES if at else 0,))
                continue
            piece = obu[at : at + space]
            payload += leb128(len(piece)) + piece
            at += len(piece)
            if at < len(obu):
                payload[0] |= _CONTINUED
                payloads.append(payload)
                payload = bytearray((_CONTINUES,))
    if len(payload) > 1:
        payloads.append(payload)
    return [bytes(payload) for payload in payloads]


def _read_leb128(data: bytes, at: int) -> tuple[int, int]:
    """Return the number at `at` and the offset after it."""
    value = 0
    for count in range(8):
        if at + count >= len(data):
            break
        byte = data[at + count]
        value |= (byte & 0x7F) << 7 * count
        if not byte & 0x80:
            return value, at + count + 1
    raise ValueError("a LEB128 number is incomplete")
