"""A peer and a browser in one event loop, over real ICE, DTLS, SRTP and SCTP; aiortc is the browser."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiortc import (
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCSessionDescription,
    rtp,
)

from moof.server.config.options import MediaNetwork
from moof.server.transport.capabilities import VideoCodec, configure_codecs, video_payload_type
from moof.server.transport.peer_listener import InputReceiver, PeerListener
from moof.server.transport.tile_stream import TileStream
from moof.server.transport.webrtc_peer import WebRtcPeer
from moof.server.viewers import ViewerRegistry

H264 = VideoCodec(
    "h264",
    "video/H264",
    {"level-asymmetry-allowed": "1", "packetization-mode": "1", "profile-level-id": "42e01f"},
)
VIDEO_PAYLOAD_TYPE = video_payload_type(0)
RTX_PAYLOAD_TYPE = VIDEO_PAYLOAD_TYPE + 1


@dataclass
class RecordingListener(PeerListener, InputReceiver):
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

    def flooded(self, what: str) -> None:
        self.floods += 1


class AiortcBrowser:
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
class ConnectedPair:
    """A peer, the browser to which it is connected, and what the peer has reported."""

    peer: WebRtcPeer
    browser: AiortcBrowser
    listener: RecordingListener


def new_peer(listener: RecordingListener | None = None, network: MediaNetwork | None = None) -> WebRtcPeer:
    """Return a peer that offers H.264; its tile stream is never sent."""
    configure_codecs([H264])
    listener = listener or RecordingListener()
    return WebRtcPeer(
        "v1",
        "h264",
        {"h264": VIDEO_PAYLOAD_TYPE},
        network or MediaNetwork(),
        TileStream(ViewerRegistry()),
        listener,
        listener,
    )


async def until(condition: Callable[[], bool]) -> None:
    """Poll the condition until it holds. Raises TimeoutError after 30 s."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  aiortc has no event to wait for
            await asyncio.sleep(0.005)


@asynccontextmanager
async def connected_pair() -> AsyncIterator[ConnectedPair]:
    """Connect a peer and a browser, with all channels open; close both afterwards."""
    listener, browser = RecordingListener(), AiortcBrowser()
    peer = new_peer(listener)
    assert await peer.answer(await browser.answer(await peer.offer())) == ("H264",)
    await until(lambda: peer.ready and len(browser.channels) == 2)
    yield ConnectedPair(peer, browser, listener)
    await peer.close()
    await browser.connection.close()
