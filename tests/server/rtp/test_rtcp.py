import struct

from aiortc.rtp import RTCP_PSFB_PLI, RtcpPsfbPacket, RtcpReceiverInfo, RtcpRrPacket
from hypothesis import given
from hypothesis import strategies as st

from moof.server.rtp.rtcp import delay_report, fir_targets, packets_of, reference_times

FIR_FORMAT = 4


def fir(*ssrcs: int) -> bytes:
    """A FIR as libwebrtc sends it: the media SSRC is 0, the streams are in the entries."""
    entries = b"".join(struct.pack("!IB3x", ssrc, 1) for ssrc in ssrcs)
    return bytes(RtcpPsfbPacket(fmt=FIR_FORMAT, ssrc=1, media_ssrc=0, fci=entries))


def receiver_report() -> bytes:
    return bytes(RtcpRrPacket(1, [RtcpReceiverInfo(77, 0, 0, 0, 0, 0, 0)]))


def extended_report(*blocks: bytes) -> bytes:
    body = struct.pack("!I", 5) + b"".join(blocks)
    return struct.pack("!BBH", 0x80, 207, len(body) // 4) + body


OTHER_BLOCK = struct.pack("!BxHQ", 77, 2, 3)
REFERENCE_TIME = struct.pack("!BxHII", 4, 2, 0x11112222, 0x33334444)


def test_fir_names_its_streams() -> None:
    assert fir_targets(fir(77)) == [77]
    assert fir_targets(fir(77, 0xFFFFFFFF)) == [77, 0xFFFFFFFF]


def test_fir_is_found_in_a_compound_packet() -> None:
    assert fir_targets(receiver_report() + fir(77) + receiver_report()) == [77]


def test_pli_is_no_fir() -> None:
    pli = bytes(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=1, media_ssrc=77))
    assert fir_targets(receiver_report() + pli) == []


def test_truncated_packet_is_skipped() -> None:
    assert fir_targets(receiver_report() + fir(77)[:-4]) == []


def test_receiver_reference_time_is_found() -> None:
    compound = receiver_report() + extended_report(OTHER_BLOCK, REFERENCE_TIME)
    assert reference_times(compound) == [(5, 0x1111222233334444)]
    assert reference_times(compound[:-4]) == []
    assert reference_times(extended_report(REFERENCE_TIME[:8])) == []


def test_delay_report_returns_the_middle_of_the_ntp_time_and_no_delay() -> None:
    report, answer = packets_of(delay_report(77, 5, 0x1111222233334444))
    assert report == struct.pack("!BBHI", 0x80, 201, 1, 77)
    assert answer == struct.pack("!BBHIBBHIII", 0x80, 207, 5, 77, 5, 0, 3, 5, 0x22223333, 0)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    fir_targets(data)
    reference_times(data)


@given(st.binary(max_size=100))
def test_no_extended_report_makes_it_fail(blocks: bytes) -> None:
    reference_times(extended_report(blocks + bytes(-len(blocks) % 4)))
