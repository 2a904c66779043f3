"""The upload's media connection: to the media threads it is one more viewer."""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpCodecCapability,
    RTCRtpSender,
    RTCSessionDescription,
)

from moof.media.codecs import CODECS
from moof.server.config.options import IceServer
from moof.server.publish.sfu import SfuError
from moof.server.transport.capabilities import AUDIO_PAYLOAD_TYPE, answered_video_codecs
from moof.server.transport.datagram_guard import DatagramGuard
from moof.server.transport.frame_channel import FrameChannel
from moof.server.transport.ice_restart import IceDescription, RestartableIce
from moof.server.transport.packet_transmitter import PacketTransmitter
from moof.server.transport.peer_listener import PeerListener
from moof.server.transport.pli_limiter import KeyFrameRequestLimiter
from moof.server.transport.rtcp_demuxer import RtcpDemuxer
from moof.server.transport.rtp_sender import RtpSender
from moof.server.transport.sctp_guard import SctpGuard
from moof.server.transport.sdp_limits import check_answer
from moof.server.viewers import NO_WISHES, PictureWishes, Viewer
from moof.token_bucket import TokenBucket

LOG: Final = logging.getLogger(__name__)

UPLOAD_CODECS: Final = ("h264", "h264-baseline")
"""What every browser can decode, since nobody decodes and encodes in between; the first one that the other
side accepts is used. Direct viewers watch the same one unless they choose, so that it is encoded once."""
_KEYFRAMES_PER_SECOND: Final = 1.0
"""A key frame serves all who have asked for it, whoever joins within the same second among them."""
_KEYFRAME_BURST: Final = 2.0
_CLOSE_TIMEOUT: Final = 1.0


class UploadPeer(Viewer):
    """One upload over WebRTC. Created and used on the event loop."""

    def __init__(
        self,
        name: str,
        payload_types: Mapping[str, int],
        servers: Iterable[IceServer],
        listener: PeerListener,
        *,
        relays_frames: bool = False,
    ) -> None:
        """`payload_types` are those of the server's codecs by name; `servers` are for STUN and TURN.

        With `relays_frames` the other side is sent the "frame" messages, too, on a data channel.
        """
        self.codec = next(each for each in UPLOAD_CODECS if each in payload_types)
        self._id = name
        self._payload_types = {each: payload_types[each] for each in UPLOAD_CODECS if each in payload_types}
        self._servers = tuple(servers)
        self._listener = listener
        self._closed = False
        self._guards: list[DatagramGuard] = []
        # Servers of ICE are asked once the offer is on its way: gathering waits for the slowest one.
        self._connection = RTCPeerConnection(RTCConfiguration([], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self._connection.on("connectionstatechange", self._connection_changed)
        self._limiter = KeyFrameRequestLimiter(listener, TokenBucket(_KEYFRAMES_PER_SECOND, _KEYFRAME_BURST))
        video, audio = self._add_video(), self._connection.addTransceiver("audio", "sendonly").sender
        self._transmitter = PacketTransmitter(video.transport)
        self._video = RtpSender(video, "moof", self._transmitter, self._limiter)
        self._audio = RtpSender(audio, "moof", self._transmitter)
        self._demuxer = RtcpDemuxer((self._video, self._audio), listener)
        self._ice = RestartableIce(video.transport.transport)
        self._frame = FrameChannel(self._connection) if relays_frames else None
        sctp = self._connection.sctp
        self._sctp_guard = SctpGuard(sctp, listener) if sctp is not None else None

    @property
    def id(self) -> str:
        """The upload's name among the viewers."""
        return self._id

    @property
    def ready(self) -> bool:
        """True while connected."""
        return not self._closed and self._connection.connectionState == "connected"

    @property
    def tiles_backlog(self) -> int:
        """Nothing: no codec of an upload makes tiles."""
        return 0

    @property
    def bandwidth(self) -> float:
        """The bandwidth of the network to the other side in bits per second; any thread may read it."""
        return self._video.congestion.bandwidth

    @property
    def wishes(self) -> PictureWishes:
        """None: those of many watchers differ."""
        return NO_WISHES

    @property
    def bytes_sent(self) -> int:
        """Payload bytes of both RTP streams so far."""
        return self._video.octets_sent + self._audio.octets_sent

    @property
    def heard_at(self) -> float:
        """When the other side's last report arrived, CLOCK_MONOTONIC in seconds."""
        return self._demuxer.heard_at

    @property
    def keyframe_requests(self) -> int:
        """PLIs and FIRs received."""
        return self._video.keyframe_requests

    def send_video(self, payloads: Sequence[bytes], rtp_timestamp: int, info: bytes) -> None:
        """Send one access unit and its "frame" message, or only one of them; from any thread."""
        if payloads:
            self._video.send(payloads, self._payload_types[self.codec], rtp_timestamp)
        if info and self._frame is not None:
            self._frame.send(info)

    def send_tiles(self, messages: Sequence[bytes]) -> None:
        """Send nothing: no codec of an upload makes tiles."""

    def send_audio(self, packet: bytes, rtp_timestamp: int) -> None:
        """Send one Opus packet; from any thread."""
        self._audio.send((packet,), AUDIO_PAYLOAD_TYPE, rtp_timestamp)

    async def offer(self) -> str:
        """Return the SDP offer, with the candidates of this machine's own addresses."""
        await self._connection.setLocalDescription(await self._connection.createOffer())
        self._guard(self._ice.connection)
        return self._connection.localDescription.sdp

    async def answer(self, sdp: str) -> str:
        """Apply the answer and return the name of the codec to send. Raises SfuError if it cannot be used."""
        try:
            check_answer(sdp)
            answered = answered_video_codecs(sdp)
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        except Exception as error:  # aiortc's parser raises whatever its slicing meets
            raise SfuError(f"the answer cannot be used ({type(error).__name__}: {error})") from error
        codec = next((each for each, number in self._payload_types.items() if number in answered), None)
        if codec is None:
            raise SfuError("the answer has no H.264")
        return codec

    @property
    def ice_credentials(self) -> tuple[str, str]:
        """The user name and the password of this side of ICE."""
        return self._ice.connection.local_username, self._ice.connection.local_password

    async def gather(self, more: Iterable[IceServer]) -> tuple[str, ...]:
        """Return further candidates, of the servers that this machine and the other side name."""
        self._servers = (*self._servers, *more)
        return await self._ice.gather(self._servers)

    async def prepare_restart(self) -> IceDescription:
        """Return what the other side needs for a restart of ICE."""
        return await self._ice.prepare(self._servers)

    async def restart(self, remote: IceDescription) -> None:
        """Restart ICE with the other side's description. Raises SfuError; the media then go on as before."""
        self._guard(self._ice.restarting)
        try:
            await self._ice.restart(remote)
        except ConnectionError as error:
            raise SfuError(f"ICE was not restarted: {error}") from error
        self._demuxer.heard_at = time.monotonic()

    async def close(self) -> None:
        """Close the connection. May be called twice."""
        self._closed = True
        self._transmitter.close()
        self._limiter.close()
        if self._sctp_guard is not None:
            self._sctp_guard.close()
        for guard in self._guards:
            guard.close()
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await self._ice.abandon()
                await self._connection.close()
        except TimeoutError:
            LOG.warning("The upload's connection did not close within %g s.", _CLOSE_TIMEOUT)

    def _guard(self, connection: Any) -> None:
        self._guards = [*self._guards[-1:], DatagramGuard(connection, self._listener)]

    def _add_video(self) -> RTCRtpSender:
        transceiver = self._connection.addTransceiver("video", "sendonly")
        capabilities = RTCRtpSender.getCapabilities("video").codecs
        chosen = [each for name in self._payload_types for each in capabilities if _is_codec(each, name)]
        transceiver.setCodecPreferences(chosen + [each for each in capabilities if _is_rtx(each)])
        return transceiver.sender

    def _connection_changed(self) -> None:
        state = self._connection.connectionState
        if state == "connected":
            self._demuxer.heard_at = time.monotonic()
            self._listener.ready()
        elif state in ("closed", "failed") and not self._closed:
            self._closed = True
            self._listener.connection_lost()


def _is_codec(capability: RTCRtpCodecCapability, name: str) -> bool:
    codec = CODECS[name]
    return capability.mimeType == codec.mime and capability.parameters == dict(codec.parameters)


def _is_rtx(capability: RTCRtpCodecCapability) -> bool:
    return capability.mimeType.lower() == "video/rtx"
