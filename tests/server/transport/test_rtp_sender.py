"""Sending over a real connection, to aiortc as the browser."""

import asyncio
import struct
from typing import Any

import pytest
from aiortc import rtp

from moof.server.transport.capabilities import AUDIO_PAYLOAD_TYPE
from support.webrtc_pair import RTX_PAYLOAD_TYPE, VIDEO_PAYLOAD_TYPE, ConnectedPair, until

FIR_FORMAT = 4


async def test_access_units_arrive_unchanged_with_their_timestamps(pair: ConnectedPair) -> None:
    assert pair.listener.times_ready == 1
    units = {1_000 + 1_500 * n: [bytes([0x61, n, k]) for k in range(1 + n % 3)] for n in range(30)}
    for timestamp, payloads in units.items():
        pair.peer.send_video(payloads, timestamp, b"")
    await until(lambda: len(pair.browser.packets) == sum(map(len, units.values())))
    arrived: dict[int, list[bytes]] = {}
    for packet in pair.browser.received(VIDEO_PAYLOAD_TYPE):
        arrived.setdefault(packet.timestamp, []).append(packet.payload)
    assert arrived == units


async def test_full_queue_is_dropped_and_a_key_frame_requested(
    pair: ConnectedPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = iter([0.001])
    monkeypatch.setattr(pair.peer.video.congestion, "pause", lambda size, now: next(pauses, 0.0))
    for n in range(100):  # the event loop cannot continue after the pause
        pair.peer.send_video([b"\x61"], n, b"")
    assert pair.listener.keyframe_requests == 1
    await until(lambda: len(pair.browser.packets) == 1 + 100 - 64)
    assert [packet.timestamp for packet in pair.browser.packets] == [0, *range(64, 100)]


async def test_paced_packets_keep_their_order(pair: ConnectedPair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair.peer.video.congestion, "pause", lambda size, now: 0.001)
    pair.peer.send_video([bytes([0x61, n]) for n in range(5)], 0, b"")
    pair.peer.send_video([b"\x61\x05"], 1_500, b"")
    assert pair.peer.video.packets_sent == 1
    await until(lambda: len(pair.browser.packets) == 6)
    assert [packet.payload[1] for packet in pair.browser.packets] == list(range(6))


async def test_lost_packet_is_retransmitted(pair: ConnectedPair) -> None:
    lost: list[rtp.RtpPacket] = []

    def drop_the_third(packet: rtp.RtpPacket) -> bool:
        if packet.payload_type == VIDEO_PAYLOAD_TYPE and packet.payload == b"\x61\x02" and not lost:
            lost.append(packet)
            return True
        return False

    pair.browser.drops = drop_the_third
    for n in range(5):
        pair.peer.send_video([bytes([0x61, n])], 1_500 * n, b"")
    await until(lambda: bool(pair.browser.received(RTX_PAYLOAD_TYPE)))
    rtx = pair.browser.received(RTX_PAYLOAD_TYPE)[0]
    assert struct.unpack_from("!H", rtx.payload)[0] == lost[0].sequence_number
    assert (rtx.payload[2:], rtx.timestamp) == (b"\x61\x02", 3_000)
    assert pair.peer.video.retransmitted >= 1


async def test_pli_and_fir_request_a_key_frame(pair: ConnectedPair) -> None:
    pair.peer.send_video([b"\x61\x00"], 0, b"")
    await until(lambda: bool(pair.browser.packets))
    receiver: Any = pair.browser.video_receiver
    ssrc = pair.browser.packets[0].ssrc
    await receiver._send_rtcp_pli(ssrc)
    await until(lambda: pair.listener.keyframe_requests == 1)
    entry = struct.pack("!IB3x", ssrc, 1)
    fir = rtp.RtcpPsfbPacket(fmt=FIR_FORMAT, ssrc=1, media_ssrc=0, fci=entry)
    await receiver.transport._send_rtp(bytes(fir))
    await until(lambda: pair.listener.keyframe_requests == 2)
    assert pair.peer.video.keyframe_requests == 2


async def test_sender_reports_have_timestamp_and_counts(pair: ConnectedPair) -> None:
    receiver: Any = pair.browser.video_receiver
    reports: list[rtp.RtcpSrPacket] = []
    inner = receiver._handle_rtcp_packet

    async def handle(packet: rtp.AnyRtcpPacket) -> None:
        if isinstance(packet, rtp.RtcpSrPacket) and packet.sender_info.packet_count:
            reports.append(packet)
        await inner(packet)

    receiver._handle_rtcp_packet = handle
    pair.peer.send_video([b"\x61\x00", b"\x61"], 4_500, b"")
    await until(lambda: bool(reports))
    info = reports[0].sender_info
    assert (info.rtp_timestamp, info.packet_count, info.octet_count) == (4_500, 2, 3)
    assert info.ntp_timestamp > 0


async def test_other_threads_send_while_the_loop_handles_reports(pair: ConnectedPair) -> None:
    """In rounds: the kernel drops what exceeds a socket's buffer, which holds about 270 small packets."""
    units, at_once = 300, 50
    for first in range(0, units, at_once):
        numbers = range(first, first + at_once)
        await asyncio.gather(
            asyncio.to_thread(send_pictures, pair, numbers), asyncio.to_thread(send_sound, pair, numbers)
        )
        await packets_arrive(pair, 2 * numbers.stop)
    video = pair.browser.received(VIDEO_PAYLOAD_TYPE)
    assert [packet.payload[1:] for packet in video] == [n.to_bytes(2, "big") for n in range(units)]
    audio = pair.browser.received(AUDIO_PAYLOAD_TYPE)
    assert [packet.timestamp for packet in audio] == [480 * n for n in range(units)]
    await until(lambda: ("frame", b"info") in pair.browser.messages)


async def packets_arrive(pair: ConnectedPair, count: int) -> None:
    await until(lambda: len(pair.browser.packets) >= count)


def send_pictures(pair: ConnectedPair, numbers: range) -> None:
    for n in numbers:
        pair.peer.send_video([b"\x61" + n.to_bytes(2, "big")], 1_500 * n, b"info")


def send_sound(pair: ConnectedPair, numbers: range) -> None:
    for n in numbers:
        pair.peer.send_audio(b"opus", 480 * n)


async def test_packets_after_a_pause_are_sent_by_the_loop(
    pair: ConnectedPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pair.peer.video.congestion, "pause", lambda size, now: 0.001)
    await asyncio.to_thread(pair.peer.send_video, [bytes([0x61, n]) for n in range(5)], 0, b"")
    await until(lambda: len(pair.browser.packets) == 5)
    assert [packet.payload[1] for packet in pair.browser.packets] == list(range(5))
