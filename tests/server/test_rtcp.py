import struct

from aiortc.rtp import RTCP_PSFB_PLI, RtcpPsfbPacket, RtcpReceiverInfo, RtcpRrPacket
from hypothesis import given
from hypothesis import strategies as st

from moof.server.rtcp import fir_targets

FIR_FORMAT = 4


def fir(*ssrcs: int) -> bytes:
    """A FIR as libwebrtc sends it: the media SSRC is 0, the streams are in the entries."""
    entries = b"".join(struct.pack("!IB3x", ssrc, 1) for ssrc in ssrcs)
    return bytes(RtcpPsfbPacket(fmt=FIR_FORMAT, ssrc=1, media_ssrc=0, fci=entries))


def receiver_report() -> bytes:
    return bytes(RtcpRrPacket(1, [RtcpReceiverInfo(77, 0, 0, 0, 0, 0, 0)]))


def test_the_streams_of_a_fir_are_found() -> None:
    assert fir_targets(fir(77)) == [77]
    assert fir_targets(fir(77, 0xFFFFFFFF)) == [77, 0xFFFFFFFF]


def test_a_fir_inside_a_compound_packet_is_found() -> None:
    assert fir_targets(receiver_report() + fir(77) + receiver_report()) == [77]


def test_other_feedback_is_none() -> None:
    pli = bytes(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=1, media_ssrc=77))
    assert fir_targets(receiver_report() + pli) == []


def test_a_cut_packet_is_ignored() -> None:
    assert fir_targets(receiver_report() + fir(77)[:-4]) == []


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    fir_targets(data)
