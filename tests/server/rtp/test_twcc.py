"""Transport-wide feedback, parsed from packets built here by the draft's figures."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.rtp.twcc import Arrival, arrivals


def feedback(base: int, count: int, reference: int, chunks: list[int], deltas: bytes) -> bytes:
    body = struct.pack("!IIHHI", 1, 2, base, count, reference << 8)
    body += b"".join(struct.pack("!H", chunk) for chunk in chunks) + deltas
    body += bytes(-len(body) % 4)
    return struct.pack("!BBH", 0x80 | 15, 205, len(body) // 4) + body


def test_run_length_chunk() -> None:
    report = feedback(10, 3, 100, [0x2003], bytes([4, 8, 0]))
    assert arrivals(report) == [
        Arrival(10, pytest.approx(6.401)),  # type: ignore[arg-type]
        Arrival(11, pytest.approx(6.403)),  # type: ignore[arg-type]
        Arrival(12, pytest.approx(6.403)),  # type: ignore[arg-type]
    ]


def test_packets_reported_in_one_compound_packet_are_limited() -> None:
    report = feedback(0, 4000, 1, [4000], b"")  # a run of lost packets takes two bytes
    assert len(arrivals(report)) == 4000
    assert len(arrivals(50 * report)) == 4000


def test_one_bit_symbols_mark_lost_packets() -> None:
    report = feedback(0xFFFF, 3, 0, [0x8000 | 0b10_1000_0000_0000], bytes([4, 4]))
    assert [(each.number, each.at is None) for each in arrivals(report)] == [
        (0xFFFF, False),
        (0, True),
        (1, False),
    ]


def test_two_bit_symbols_have_large_and_negative_deltas() -> None:
    report = feedback(0, 2, 1, [0xC000 | 0b10_01_00_00_00_00_00], struct.pack("!hB", -400, 4))
    assert [each.at for each in arrivals(report)] == [pytest.approx(-0.036), pytest.approx(-0.035)]


def test_other_and_truncated_packets_are_skipped() -> None:
    whole = feedback(10, 300, 100, [0x212C], bytes(300))
    assert len(arrivals(whole)) == 300
    assert arrivals(b"\x81\xc9\x00\x07" + bytes(28)) == []
    cut = whole[:40]
    assert arrivals(struct.pack("!BBH", cut[0], cut[1], len(cut) // 4 - 1) + cut[4:]) == []


@given(st.binary(max_size=200))
def test_malformed_report_raises_nothing(data: bytes) -> None:
    packet = struct.pack("!BBH", 0x8F, 205, (len(data) + len(data) % 4) // 4) + data + bytes(-len(data) % 4)
    for arrival in arrivals(packet):
        assert 0 <= arrival.number <= 0xFFFF
