import struct

import pytest
from aiortc.rtcsctptransport import Chunk, DataChunk, HeartbeatChunk, InitChunk, ReconfigChunk, SackChunk
from hypothesis import given
from hypothesis import strategies as st

from moof.server.transport.sctp_chunks import packet_cost


def packet(*chunks: Chunk | bytes) -> bytes:
    return bytes(12) + b"".join(map(bytes, chunks))


def with_parameters(chunk: HeartbeatChunk | InitChunk | ReconfigChunk, count: int) -> Chunk:
    chunk.params = [(1, b"abc")] * count
    return chunk


@pytest.mark.parametrize(
    ("data", "cost"),
    [
        (packet(), 0),
        (packet(DataChunk()), 1),
        (packet(DataChunk(), SackChunk()), 2),
        (packet(with_parameters(HeartbeatChunk(), 3), DataChunk()), 5),
        (packet(with_parameters(InitChunk(), 2)), 3),
        (packet(with_parameters(ReconfigChunk(), 1)), 2),
        (packet(b"\x0b\0\0\4" * 100), 100),
        (packet(b"\0\0\0\3"), None),
        (packet(b"\0\0\0\x20"), None),
    ],
)
def test_chunks_and_parameters_are_counted(data: bytes, cost: int | None) -> None:
    assert packet_cost(data) == cost


@pytest.mark.parametrize(("kind", "offset"), [(1, 16), (2, 16), (4, 0), (5, 0), (6, 0), (9, 0), (130, 0)])
@pytest.mark.parametrize("length", range(4))
def test_parameter_shorter_than_its_header_is_malformed(kind: int, offset: int, length: int) -> None:
    body = bytes(offset) + struct.pack("!HH", 1, length)
    assert packet_cost(packet(struct.pack("!BBH", kind, 0, 4 + len(body)) + body)) is None


@given(st.binary(max_size=100))
def test_any_bytes_have_a_cost_or_are_malformed(data: bytes) -> None:
    cost = packet_cost(data)
    assert cost is None or 0 <= cost <= len(data)
