"""One viewer's WebRTC connection: a PeerConnection with video, audio and two data channels."""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Final

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCDataChannel,
    RTCIceCandidate,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.sdp import candidate_from_sdp

from moof.server.config.options import MediaNetwork
from moof.server.transport.aiortc_internals import ice_connection
from moof.server.transport.capabilities import AUDIO_PAYLOAD_TYPE, answered_video_codecs
from moof.server.transport.datagram_guard import DatagramGuard
from moof.server.transport.frame_channel import FrameChannel
from moof.server.transport.ice import advertised, forwarded_addresses
from moof.server.transport.packet_transmitter import PacketTransmitter
from moof.server.transport.peer import Peer, PeerError
from moof.server.transport.peer_listener import InputReceiver, PeerListener
from moof.server.transport.pli_limiter import KeyFrameRequestLimiter
from moof.server.transport.rtcp_demuxer import RtcpDemuxer
from moof.server.transport.rtp_sender import RtpSender
from moof.server.transport.sctp_guard import SctpGuard
from moof.server.transport.sdp_limits import MAX_CANDIDATES, check_answer
from moof.server.transport.tile_stream import TileStream
from moof.server.transport.turn import ice_servers_of_server, rtc_servers
from moof.server.viewers import NO_WISHES, PictureWishes

LOG: Final = logging.getLogger(__name__)

_CLOSE_TIMEOUT: Final = 1.0


class WebRtcPeer(Peer):
    """A viewer's connection over WebRTC. Created and used on the event loop.

    `payload_types` maps the names of RTP codecs to the payload types set by `configure_codecs`.
    """

    def __init__(
        self,
        viewer: str,
        codec: str,
        payload_types: dict[str, int],
        network: MediaNetwork,
        tiles: TileStream,
        inputs: InputReceiver,
        listener: PeerListener,
    ) -> None:
        self.codec = codec
        self._id = viewer
        self._payload_types = payload_types
        self._accepted_codecs = frozenset(payload_types)
        self._inputs = inputs
        self._listener = listener
        self._tiles = tiles
        self._wishes = NO_WISHES
        self._network = network
        self._closed = False
        self._candidates = 0
        self._candidate_tasks: set[asyncio.Task[None]] = set()
        self._connection = _new_connection(network)
        self._connection.on("connectionstatechange", self._connection_changed)
        self._keyframe_limiter = KeyFrameRequestLimiter(listener)
        video, audio = (self._add_transceiver(kind) for kind in ("video", "audio"))
        self._transmitter = PacketTransmitter(video.transport)
        self._video = RtpSender(video, "moof-video", self._transmitter, self._keyframe_limiter)
        self._audio = RtpSender(audio, "moof-audio", self._transmitter)
        self._rtcp_demuxer = RtcpDemuxer((self._video, self._audio), listener)
        self._datagram_guard: DatagramGuard | None = None
        self._input, self._frame = self._add_channels()
        assert self._connection.sctp is not None
        self._sctp_guard = SctpGuard(self._connection.sctp, listener)
        self._input.on("message", self._receive_input)
        self._frame.on_message(lambda _: inputs.input_received(b""))  # no page sends anything there

    @property
    def id(self) -> str:
        """The viewer's name."""
        return self._id

    @property
    def accepted_codecs(self) -> frozenset[str]:
        """Names of the RTP codecs that the browser accepts: all that were offered, until it has answered."""
        return self._accepted_codecs

    @property
    def ready(self) -> bool:
        """True once connected with all channels open."""
        return not self._closed and self._input.readyState == "open" and self._frame.is_open

    @property
    def tiles_backlog(self) -> int:
        """Bytes of lossless updates in the queue; may be read from any thread."""
        return self._tiles.picture_backlog

    @property
    def bytes_sent(self) -> int:
        """Payload bytes of both RTP streams so far."""
        return self._video.octets_sent + self._audio.octets_sent

    @property
    def bandwidth(self) -> float:
        """The bandwidth of the viewer's network, or its own limit, in bits a second; from any thread.

        For lossless codecs only the limit: TCP adapts to the network.
        """
        over_rtp = self.codec in self._payload_types
        return self._video.congestion.bandwidth if over_rtp else self._wishes.limit

    @property
    def wishes(self) -> PictureWishes:
        """What the viewer has asked of its picture; may be read from any thread."""
        return self._wishes

    def wish(self, wishes: PictureWishes) -> None:
        """Keep to the viewer's limit from now on."""
        self._wishes = wishes
        self._video.congestion.limit = self._tiles.limit = wishes.limit

    @property
    def video(self) -> RtpSender:
        """The video sender, for its statistics."""
        return self._video

    @property
    def audio(self) -> RtpSender:
        """The audio sender, for its statistics."""
        return self._audio

    def send_video(self, payloads: Sequence[bytes], rtp_timestamp: int, info: bytes) -> None:
        """Send one access unit and its "frame" message, or only one of them; from any thread."""
        if payloads and self.codec in self._payload_types:
            self._video.send(payloads, self._payload_types[self.codec], rtp_timestamp)
        if info:
            self._frame.send(info)

    def send_tiles(self, messages: Sequence[bytes]) -> None:
        """Send all messages of one lossless update."""
        if not self._closed:
            self._tiles.put_picture(messages)

    def send_audio(self, packet: bytes, rtp_timestamp: int) -> None:
        """Send one Opus packet; from any thread."""
        self._audio.send((packet,), AUDIO_PAYLOAD_TYPE, rtp_timestamp)

    async def offer(self) -> str:
        """Gather candidates and return the SDP offer for the browser.

        Raises PeerError if no candidate can be gathered.
        """
        await self._connection.setLocalDescription(await self._connection.createOffer())
        self._datagram_guard = DatagramGuard(ice_connection(self._connection), self._listener)
        sdp = self._connection.localDescription.sdp
        if "a=candidate:" not in sdp:
            raise PeerError("the server has no free UDP port for media; the setting media_ports adds some")
        return advertised(sdp, await forwarded_addresses(self._network))

    async def answer(self, sdp: str) -> tuple[str, ...]:
        """Apply the browser's SDP answer; return the names of its video codecs, in its order.

        The connection is then established in the background. Raises PeerError if the answer cannot be used.
        """
        self._count_candidates(check_answer(sdp))
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
            answered = answered_video_codecs(sdp)
        except Exception as error:  # aiortc's parser raises whatever its slicing meets
            LOG.info("Viewer %s: unusable answer (%s: %s)", self.id, type(error).__name__, error)
            raise PeerError(f"the answer cannot be used: {error}") from error
        self._accepted_codecs = frozenset(
            name for name, payload_type in self._payload_types.items() if payload_type in answered
        )
        return tuple(dict.fromkeys(answered.values()))

    def add_candidate(self, candidate: str, mid: str) -> None:
        """Add one ICE candidate of the browser's; its mDNS name is resolved in the background.

        Raises PeerError for a malformed one and for more than any browser sends.
        """
        if not candidate:
            return
        self._count_candidates(1)
        task = asyncio.create_task(self._add_candidate(_parse_candidate(candidate, mid)))
        self._candidate_tasks.add(task)
        task.add_done_callback(self._candidate_tasks.discard)

    async def close(self) -> None:
        """Close the connection, which the browser notices. May be called twice."""
        self._closed = True
        self._transmitter.close()
        self._keyframe_limiter.close()
        self._sctp_guard.close()
        if self._datagram_guard is not None:
            self._datagram_guard.close()
        for task in self._candidate_tasks:
            task.cancel()
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await self._connection.close()
        except TimeoutError:
            LOG.warning("Viewer %s: the connection did not close within %g s.", self.id, _CLOSE_TIMEOUT)

    def _count_candidates(self, number: int) -> None:
        """Raise PeerError if there are more candidates than any browser has, wherever they come from."""
        self._candidates += number
        if self._candidates > MAX_CANDIDATES:
            raise PeerError(f"more than {MAX_CANDIDATES} candidates")

    async def _add_candidate(self, candidate: RTCIceCandidate) -> None:
        try:
            await self._connection.addIceCandidate(candidate)
        except (ValueError, OSError) as error:
            # Without multicast (no network at all) mDNS names cannot be resolved; ICE uses the others.
            LOG.info("Viewer %s: candidate not usable (%s)", self.id, error)

    def _add_transceiver(self, kind: str) -> RTCRtpSender:
        return self._connection.addTransceiver(kind, direction="sendonly").sender

    def _add_channels(self) -> tuple[RTCDataChannel, FrameChannel]:
        channel, frame = self._connection.createDataChannel("input"), FrameChannel(self._connection)
        channel.on("open", self._channel_opened)
        frame.on_open(self._channel_opened)
        return channel, frame

    def _channel_opened(self) -> None:
        if self.ready:
            self._listener.ready()

    def _receive_input(self, message: bytes | str) -> None:
        self._inputs.input_received(message if isinstance(message, bytes) else b"")

    def _connection_changed(self) -> None:
        state = self._connection.connectionState
        LOG.debug("Viewer %s: %s", self.id, state)
        if state in ("closed", "failed") and not self._closed:
            self._closed = True
            self._listener.connection_lost()


def _new_connection(network: MediaNetwork) -> RTCPeerConnection:
    servers = rtc_servers(ice_servers_of_server(network, time.time()))
    return RTCPeerConnection(RTCConfiguration(servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))


def _parse_candidate(candidate: str, mid: str) -> RTCIceCandidate:
    try:
        parsed = candidate_from_sdp(candidate.removeprefix("candidate:"))
    except (ValueError, AssertionError, IndexError) as error:
        raise PeerError("the candidate is not one of SDP's 'candidate:…' lines") from error
    parsed.sdpMid = mid
    return parsed
