"""What an SCTP packet costs, found out before aiortc parses it (RFC 9260, section 3)."""

import struct
from typing import Final

_COMMON_HEADER: Final = 12
_CHUNK_HEADER: Final = struct.Struct("!BBH")
_PARAMETER_HEADER: Final = struct.Struct("!HH")
_FIRST_PARAMETER: Final = {1: 16, 2: 16, 4: 0, 5: 0, 6: 0, 9: 0, 130: 0}
"""Chunks that have parameters: INIT, INIT ACK, HEARTBEAT, its ACK, ABORT, ERROR, RE-CONFIG; their offset."""


def packet_cost(data: bytes) -> int | None:
    """Return how many chunks and parameters a packet has; None if it is malformed.

    aiortc would parse a parameter that is shorter than its own header for ever.
    """
    cost = 0
    position = _COMMON_HEADER
    while position + _CHUNK_HEADER.size <= len(data):
        kind, _, length = _CHUNK_HEADER.unpack_from(data, position)
        if length < _CHUNK_HEADER.size or position + length > len(data):
            return None
        parameters = 0
        if kind in _FIRST_PARAMETER:
            start = position + _CHUNK_HEADER.size + _FIRST_PARAMETER[kind]
            counted = _count_parameters(data[start : position + length])
            if counted is None:
                return None
            parameters = counted
        cost += 1 + parameters
        position += _padded(length)
    return cost


def _count_parameters(body: bytes) -> int | None:
    count = position = 0
    while position + _PARAMETER_HEADER.size <= len(body):
        _, length = _PARAMETER_HEADER.unpack_from(body, position)
        if length < _PARAMETER_HEADER.size:
            return None
        count += 1
        position += _padded(length)
    return count


def _padded(length: int) -> int:
    return length + -length % 4
