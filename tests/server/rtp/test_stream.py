"""Packets are checked with aiortc's own parser, which has nothing in common with our writer."""

import pytest
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensionsMap, RtpPacket, unpack_header_extensions, unwrap_rtx
from hypothesis import given
from hypothesis import strategies as st

from moof.server.rtp.stream import (
    HISTORY,
    MID_URI,
    MOST_RETRANSMISSIONS,
    RtpParameters,
    RtpStream,
    pack_extensions,
)

PARAMETERS = RtpParameters(
    ssrc=0xAABBCCDD, rtx_ssrc=0x11223344, rtx_payload_types={102: 103}, extensions={1: b"0", 5: b"\0\0\0"}
)


def stream(sequence_number: int = 65_534) -> RtpStream:
    return RtpStream(PARAMETERS, sequence_number, rtx_sequence_number=7)


def parse(packet: bytes) -> RtpPacket:
    extensions = HeaderExtensionsMap()
    extensions.configure(RTCRtpParameters(headerExtensions=[RTCRtpHeaderExtensionParameters(1, MID_URI)]))
    return RtpPacket.parse(packet, extensions)


def test_an_access_unit_becomes_numbered_packets_with_one_marker() -> None:
    packets = [parse(packet) for packet in stream().packets([b"one", b"two", b"three"], 102, 2**32 + 90)]
    assert [packet.sequence_number for packet in packets] == [65_534, 65_535, 0]
    assert [packet.marker for packet in packets] == [0, 0, 1]
    assert {packet.timestamp for packet in packets} == {90}
    assert {packet.ssrc for packet in packets} == {PARAMETERS.ssrc}
    assert {packet.payload_type for packet in packets} == {102}
    assert {packet.extensions.mid for packet in packets} == {"0"}
    assert [packet.payload for packet in packets] == [b"one", b"two", b"three"]


def test_each_packet_has_its_transport_wide_number_retransmissions_as_well() -> None:
    numbered = RtpParameters(1, 2, {102: 103}, {1: b"0", 5: b"\0\0\0"}, number_id=3)
    sender = RtpStream(numbered, 0, 0)
    numbers = []
    for packet in (*sender.packets([b"x"] * 3, 102, 0), sender.retransmission(1)):
        assert packet is not None
        length = int.from_bytes(packet[14:16], "big") * 4
        extensions = dict(unpack_header_extensions(0xBEDE, packet[16 : 16 + length]))
        numbers.append(int.from_bytes(extensions[3], "big"))
        assert (extensions[1], extensions[5]) == (b"0", b"\0\0\0")
    assert numbers == [0, 1, 2, 3]
    assert sender.number == 3


def test_counts_leave_out_headers_and_retransmissions() -> None:
    sender = stream(0)
    list(sender.packets([b"12345", b"678"], 102, 0))
    sender.retransmission(0)
    assert (sender.packet_count, sender.octet_count, sender.retransmitted) == (2, 8, 1)


def test_a_lost_packet_comes_again_as_rtx() -> None:
    sender = stream(100)
    first, _ = (parse(packet) for packet in sender.packets([b"one", b"two"], 102, 1234))
    rtx = sender.retransmission(100)
    assert rtx is not None
    parsed = parse(rtx)
    assert (parsed.payload_type, parsed.ssrc, parsed.sequence_number) == (103, PARAMETERS.rtx_ssrc, 7)
    again = unwrap_rtx(parsed, payload_type=102, ssrc=PARAMETERS.ssrc)
    assert (again.sequence_number, again.timestamp, again.payload) == (100, 1234, first.payload)


def test_what_was_never_sent_or_is_forgotten_is_not_sent_again() -> None:
    sender = stream(0)
    assert sender.retransmission(0) is None
    for _ in range(HISTORY + 1):
        list(sender.packets([b"x"], 102, 0))
    assert sender.retransmission(0) is None
    assert sender.retransmission(1) is not None


def test_one_packet_is_not_sent_again_without_end() -> None:
    sender = stream(0)
    list(sender.packets([b"x"], 102, 0))
    assert sum(sender.retransmission(0) is not None for _ in range(100)) == MOST_RETRANSMISSIONS


def test_a_codec_without_rtx_is_not_retransmitted() -> None:
    sender = stream(0)
    list(sender.packets([b"opus"], 96, 0))
    assert sender.retransmission(0) is None


@given(st.dictionaries(st.integers(1, 14), st.binary(min_size=1, max_size=16), min_size=1))
def test_extensions_are_read_back(extensions: dict[int, bytes]) -> None:
    block = pack_extensions(extensions)
    assert len(block) == 4 + 4 * int.from_bytes(block[2:4], "big")
    assert dict(unpack_header_extensions(0xBEDE, block[4:])) == extensions


def test_no_extensions_no_block() -> None:
    assert pack_extensions({}) == b""
    bare = next(RtpStream(RtpParameters(1, 2, {}, {}), 0, 0).packets([b"x"], 96, 0))
    assert parse(bare).payload == b"x"


@pytest.mark.parametrize("extensions", [{0: b"x"}, {15: b"x"}, {1: b""}, {1: bytes(17)}])
def test_what_the_one_byte_form_cannot_hold_is_refused(extensions: dict[int, bytes]) -> None:
    with pytest.raises(ValueError, match="two-byte form"):
        pack_extensions(extensions)


def test_sound_has_no_rtx_and_comes_again_as_it_was() -> None:
    sender = RtpStream(RtpParameters(1, 2, {}, {1: b"0"}, repeats=True), 100, 7)
    (first,) = sender.packets([b"opus"], 96, 960)
    assert [sender.retransmission(100) for _ in range(MOST_RETRANSMISSIONS)] == [first] * MOST_RETRANSMISSIONS
    assert sender.retransmission(100) is None
    assert sender.retransmission(99) is None
    assert sender.retransmitted == MOST_RETRANSMISSIONS
