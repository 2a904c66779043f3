"""Packets are checked with aiortc's own parser, which is independent of our writer."""

import pytest
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensionsMap, RtpPacket, unpack_header_extensions, unwrap_rtx
from hypothesis import given
from hypothesis import strategies as st

from moof.server.rtp.stream import (
    HISTORY,
    MAX_RETRANSMISSIONS,
    MID_URI,
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


def test_access_unit_becomes_numbered_packets_with_one_marker() -> None:
    packets = [parse(packet) for packet in stream().packets([b"one", b"two", b"three"], 102, 2**32 + 90)]
    assert [packet.sequence_number for packet in packets] == [65_534, 65_535, 0]
    assert [packet.marker for packet in packets] == [0, 0, 1]
    assert {packet.timestamp for packet in packets} == {90}
    assert {packet.ssrc for packet in packets} == {PARAMETERS.ssrc}
    assert {packet.payload_type for packet in packets} == {102}
    assert {packet.extensions.mid for packet in packets} == {"0"}
    assert [packet.payload for packet in packets] == [b"one", b"two", b"three"]


def test_all_packets_and_retransmissions_have_a_transport_wide_number() -> None:
    numbered = RtpParameters(1, 2, {102: 103}, {1: b"0", 5: b"\0\0\0"}, twcc_id=3)
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


def test_counts_exclude_headers_and_retransmissions() -> None:
    sender = stream(0)
    list(sender.packets([b"12345", b"678"], 102, 0))
    sender.retransmission(0)
    assert (sender.packet_count, sender.octet_count, sender.retransmitted) == (2, 8, 1)


def test_lost_packet_is_retransmitted_as_rtx() -> None:
    sender = stream(100)
    first, _ = (parse(packet) for packet in sender.packets([b"one", b"two"], 102, 1234))
    rtx = sender.retransmission(100)
    assert rtx is not None
    parsed = parse(rtx)
    assert (parsed.payload_type, parsed.ssrc, parsed.sequence_number) == (103, PARAMETERS.rtx_ssrc, 7)
    again = unwrap_rtx(parsed, payload_type=102, ssrc=PARAMETERS.ssrc)
    assert (again.sequence_number, again.timestamp, again.payload) == (100, 1234, first.payload)


def test_unknown_and_expired_packets_are_not_retransmitted() -> None:
    sender = stream(0)
    assert sender.retransmission(0) is None
    for _ in range(HISTORY + 1):
        list(sender.packets([b"x"], 102, 0))
    assert sender.retransmission(0) is None
    assert sender.retransmission(1) is not None


def test_retransmissions_of_one_packet_are_limited() -> None:
    sender = stream(0)
    list(sender.packets([b"x"], 102, 0))
    assert sum(sender.retransmission(0) is not None for _ in range(100)) == MAX_RETRANSMISSIONS


def test_codec_without_rtx_is_not_retransmitted() -> None:
    sender = stream(0)
    list(sender.packets([b"opus"], 96, 0))
    assert sender.retransmission(0) is None


@given(st.dictionaries(st.integers(1, 14), st.binary(min_size=1, max_size=16), min_size=1))
def test_aiortc_reads_the_extensions_back(extensions: dict[int, bytes]) -> None:
    block = pack_extensions(extensions)
    assert len(block) == 4 + 4 * int.from_bytes(block[2:4], "big")
    assert dict(unpack_header_extensions(0xBEDE, block[4:])) == extensions


def test_no_extension_block_without_extensions() -> None:
    assert pack_extensions({}) == b""
    bare = next(RtpStream(RtpParameters(1, 2, {}, {}), 0, 0).packets([b"x"], 96, 0))
    assert parse(bare).payload == b"x"


@pytest.mark.parametrize("extensions", [{0: b"x"}, {15: b"x"}, {1: b""}, {1: bytes(17)}])
def test_extensions_beyond_the_one_byte_form_are_refused(extensions: dict[int, bytes]) -> None:
    with pytest.raises(ValueError, match="two-byte form"):
        pack_extensions(extensions)


def test_audio_is_repeated_unchanged() -> None:
    sender = RtpStream(RtpParameters(1, 2, {}, {1: b"0"}, repeats=True), 100, 7)
    (first,) = sender.packets([b"opus"], 96, 960)
    assert [sender.retransmission(100) for _ in range(MAX_RETRANSMISSIONS)] == [first] * MAX_RETRANSMISSIONS
    assert sender.retransmission(100) is None
    assert sender.retransmission(99) is None
    assert sender.retransmitted == MAX_RETRANSMISSIONS
