"""A peer and a browser in one event loop, over real ICE, DTLS, SRTP and SCTP; aiortc is the browser."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiortc import (
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCSessionDescription,
    rtp,
)

from moof.server.config.options import MediaNetwork
from moof.server.transport.capabilities import (
    AUDIO_PAYLOAD_TYPE,
    VideoCodec,
    configure_codecs,
    video_payload_type,
)
from moof.server.transport.peer import PeerError
from moof.server.transport.peer_listener import PeerListener
from moof.server.transport.tile_stream import TileStream, pack
from moof.server.transport.webrtc_peer import WebRtcPeer
from moof.server.viewers import ViewerRegistry

H264 = VideoCodec(
    "h264",
    "video/H264",
    {"level-asymmetry-allowed": "1", "packetization-mode": "1", "profile-level-id": "42e01f"},
)
VIDEO_PAYLOAD_TYPE = video_payload_type(0)
RTX_PAYLOAD_TYPE = VIDEO_PAYLOAD_TYPE + 1
FIR_FORMAT = 4


@dataclass
class RecordingListener(PeerListener):
    """Records what the peer reports."""

    inputs: list[bytes] = field(default_factory=list)
    times_ready: int = 0
    keyframe_requests: int = 0
    losses: int = 0
    floods: int = 0

    def input_received(self, message: bytes) -> None:
        self.inputs.append(message)

    def ready(self) -> None:
        self.times_ready += 1

    def keyframe_requested(self) -> None:
        self.keyframe_requests += 1

    def connection_lost(self) -> None:
        self.losses += 1

    def flooded(self) -> None:
        self.floods += 1


class Browser:
    """Answers, records each RTP packet, and can drop packets before aiortc receives them."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connection.on("datachannel", self._add_channel)
        self.channels: dict[str, RTCDataChannel] = {}
        self.messages: list[tuple[str, bytes]] = []
        self.packets: list[rtp.RtpPacket] = []
        self.drops: Callable[[rtp.RtpPacket], bool] = lambda packet: False

    async def answer(self, offer: str) -> str:
        await self.connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        self._tap()
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return self.connection.localDescription.sdp

    @property
    def video_receiver(self) -> RTCRtpReceiver:
        return next(r for r in self.connection.getReceivers() if r.track.kind == "video")

    def received(self, payload_type: int) -> list[rtp.RtpPacket]:
        return [packet for packet in self.packets if packet.payload_type == payload_type]

    def _add_channel(self, channel: RTCDataChannel) -> None:
        self.channels[channel.label] = channel
        channel.on("message", lambda message: self.messages.append((channel.label, message)))

    def _tap(self) -> None:
        transport: Any = self.video_receiver.transport
        inner = transport._handle_rtp_data

        async def handle(data: bytes, arrival_time_ms: int) -> None:
            packet = rtp.RtpPacket.parse(data, transport._rtp_header_extensions_map)
            if not self.drops(packet):
                self.packets.append(packet)
                await inner(data, arrival_time_ms)

        transport._handle_rtp_data = handle


@dataclass
class Pair:
    peer: WebRtcPeer
    browser: Browser
    listener: RecordingListener


def no_tiles() -> TileStream:
    """Return a stream that is never sent."""
    return TileStream(ViewerRegistry())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  aiortc sets no event of ours
            await asyncio.sleep(0.005)


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    configure_codecs([H264])
    listener = RecordingListener()
    peer = WebRtcPeer("v1", "h264", {"h264": VIDEO_PAYLOAD_TYPE}, MediaNetwork(), no_tiles(), listener)
    browser = Browser()
    assert await peer.answer(await browser.answer(await peer.offer())) == ("H264",)
    await until(lambda: peer.ready and len(browser.channels) == 2)
    yield Pair(peer, browser, listener)
    await peer.close()
    await browser.connection.close()


async def test_access_units_arrive_unchanged_with_their_timestamps(pair: Pair) -> None:
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
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = iter([0.001])
    monkeypatch.setattr(pair.peer.video.congestion, "pause", lambda size, now: next(pauses, 0.0))
    for n in range(100):  # the event loop cannot continue after the pause
        pair.peer.send_video([b"\x61"], n, b"")
    assert pair.listener.keyframe_requests == 1
    await until(lambda: len(pair.browser.packets) == 1 + 100 - 64)
    assert [packet.timestamp for packet in pair.browser.packets] == [0, *range(64, 100)]


async def test_video_has_no_playout_delay_and_its_own_media_stream(pair: Pair) -> None:
    sdp = pair.browser.connection.remoteDescription.sdp
    assert "a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay" in sdp
    streams = {line.split()[0] for line in sdp.splitlines() if line.startswith("a=msid:")}
    assert streams == {"a=msid:moof-video", "a=msid:moof-audio"}


async def test_audio_packet_arrives(pair: Pair) -> None:
    pair.peer.send_audio(b"opus", 2**32 + 960)
    await until(lambda: bool(pair.browser.packets))
    (packet,) = pair.browser.received(AUDIO_PAYLOAD_TYPE)
    assert (packet.timestamp, packet.payload) == (960, b"opus")


async def test_paced_packets_keep_their_order(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair.peer.video.congestion, "pause", lambda size, now: 0.001)
    pair.peer.send_video([bytes([0x61, n]) for n in range(5)], 0, b"")
    pair.peer.send_video([b"\x61\x05"], 1_500, b"")
    assert pair.peer.video.packets_sent == 1
    await until(lambda: len(pair.browser.packets) == 6)
    assert [packet.payload[1] for packet in pair.browser.packets] == list(range(6))


async def test_lost_packet_is_retransmitted(pair: Pair) -> None:
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


async def test_pli_and_fir_request_a_key_frame(pair: Pair) -> None:
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


async def test_sender_reports_have_timestamp_and_counts(pair: Pair) -> None:
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


async def test_frame_message_without_frame_arrives(pair: Pair) -> None:
    pair.peer.send_video([], 0, b"only a ping came back")
    await until(lambda: pair.browser.messages == [("frame", b"only a ping came back")])
    assert pair.browser.packets == []


async def test_tiles_go_to_the_tile_stream(pair: Pair) -> None:
    pair.peer.send_tiles([b"one", b"two"])
    assert pair.peer.tiles_backlog == len(pack([b"one", b"two"]))


async def test_input_is_reported(pair: Pair) -> None:
    pair.browser.channels["input"].send(b"\x01\x01\x00\x00")
    pair.browser.channels["input"].send("text is no input")
    await until(lambda: len(pair.listener.inputs) == 2)
    assert pair.listener.inputs == [b"\x01\x01\x00\x00", b""]


async def test_message_on_the_frame_channel_is_empty_input(pair: Pair) -> None:
    pair.browser.channels["frame"].send(b"\x01\x01\x00\x00")
    await until(lambda: pair.listener.inputs == [b""])


async def test_excess_rtcp_is_reported_and_not_processed(pair: Pair) -> None:
    pair.peer._rtcp_demuxer._allowance.rate = 1.0  # a busy machine may not send a thousand
    receiver, sent = pair.browser.video_receiver, 0
    async with asyncio.timeout(20):
        while not pair.listener.floods:
            await receiver._send_rtcp_pli(pair.peer.video._sender._ssrc)
            await asyncio.sleep(0)
            sent += 1
    assert 0 < pair.listener.keyframe_requests < sent


async def test_lost_connection_is_reported_once(pair: Pair) -> None:
    await pair.browser.connection.close()
    await until(lambda: pair.listener.losses == 1)
    assert not pair.peer.ready
    pair.peer.send_video([b"\x61"], 0, b"late")
    pair.peer.send_tiles([b"late"])
    pair.peer.send_audio(b"late", 0)
    await pair.peer.close()
    assert pair.listener.losses == 1
    assert pair.peer.tiles_backlog == 0


async def test_nothing_is_sent_before_the_connection() -> None:
    configure_codecs([H264])
    peer = WebRtcPeer(
        "v1", "h264", {"h264": VIDEO_PAYLOAD_TYPE}, MediaNetwork(), no_tiles(), RecordingListener()
    )
    peer.send_video([b"\x61"], 0, b"early")
    peer.send_audio(b"early", 0)
    assert not peer.ready
    assert (peer.video.packets_sent, peer.audio.packets_sent) == (0, 0)
    await peer.close()
    await peer.close()


@pytest.mark.parametrize("sdp", ["", "v=0", "nonsense\r\n", "v=0\r\nm=video 9\r\n"])
async def test_malformed_answer_is_refused(sdp: str) -> None:
    configure_codecs([H264])
    peer = WebRtcPeer("v1", "h264", {}, MediaNetwork(), no_tiles(), RecordingListener())
    await peer.offer()
    with pytest.raises(PeerError, match="answer cannot be used"):
        await peer.answer(sdp)
    await peer.close()


async def test_malformed_and_excess_candidates_are_refused() -> None:
    configure_codecs([H264])
    peer = WebRtcPeer("v1", "h264", {}, MediaNetwork(), no_tiles(), RecordingListener())
    await peer.offer()
    for nonsense in ("x", "candidate:", "candidate:1 1 udp x 127.0.0.1 9 typ host"):
        with pytest.raises(PeerError, match="not one of SDP's"):
            peer.add_candidate(nonsense, "0")
    peer.add_candidate("", "0")
    peer.add_candidate("candidate:1 1 udp 1 not-an-address 9 typ host", "0")
    for port in range(1, 61):
        peer.add_candidate(f"candidate:1 1 udp 1 127.0.0.1 {port} typ host", "0")
    with pytest.raises(PeerError, match="more than 64"):
        peer.add_candidate("candidate:1 1 udp 1 127.0.0.1 64 typ host", "0")
    await peer.close()
