"""One viewer from hello to goodbye: its signalling WebSockets, its peer, and what it holds down."""

import asyncio
import logging
import secrets
import time
from typing import Final

import moof
from moof.ipc import CommandCode
from moof.ipc import MachineCommand as EmulatorCommand
from moof.server.auth.tokens import Role
from moof.server.emulator.power import PowerError
from moof.server.protocol.messages import (
    Answer,
    Bye,
    Candidate,
    ClientMessage,
    CodecChanged,
    EmulatorView,
    Error,
    Hello,
    Join,
    Latency,
    MachineCommand,
    Offer,
    Restart,
    ServerMessage,
    SetCodec,
    SignalingError,
    Status,
    parse,
)
from moof.server.token_bucket import TokenBucket
from moof.server.transport.peer import Peer, PeerError
from moof.server.transport.peer_listener import PeerListener
from moof.server.transport.tile_stream import TileStream
from moof.server.transport.webrtc_peer import WebRtcPeer
from moof.server.transport.websocket_peer import WebSocketPeer
from moof.server.video.codec_selection import AUTO, first_supported, select_automatically
from moof.server.viewers import UNLIMITED_BITRATE

from .context import NO_TOTALS, SessionContext, Totals
from .input_handler import InputHandler
from .signaling_channel import SignalingChannel, SignalingSocket

_log = logging.getLogger(__name__)

_MESSAGES_A_SECOND: Final = 20.0
_WORKS_A_SECOND: Final = 2.0
"""Joins and changes of codec: each costs as much as a hundred pictures. Those beyond wait, and all behind."""
_WORK_BURST: Final = 6.0
_ABSENCE_SECONDS: Final = 15.0
"""How long a page whose WebSocket broke may take to come back to its session."""
_HAND_SECONDS: Final = 5.0
"""Without a ping of a page that sent some: nobody's hand is on its keys any more."""
_MESSAGE_BURST: Final = 100.0  # a page with many interfaces sends its candidates all at once

_COMMANDS: Final = {
    "reset": CommandCode.RESET,
    "pause": CommandCode.PAUSE,
    "resume": CommandCode.RESUME,
}


class ViewerSession(PeerListener):
    """One viewer. Everything happens on the event loop.

    `run` lasts until the page says goodbye. A page whose WebSocket broke, or that cut it, may come back over
    another one (`resume`); meanwhile its connection for pictures and input goes on.
    """

    def __init__(
        self,
        viewer: str,
        codec: str,
        socket: SignalingSocket,
        context: SessionContext,
        role: Role = Role.PLAYER,
    ) -> None:
        self.viewer = viewer
        self.choice = codec
        self.codec = codec
        """The codec in use, which is the choice unless that is "auto" or the browser cannot show it."""
        self._considered = codec
        self.role = role
        self.peer: Peer | None = None
        self.latency: Latency | None = None
        self._totals = NO_TOTALS
        self.resume_key = secrets.token_urlsafe(16)
        """What the page shows when it comes back."""
        self._tiles = TileStream(context.viewers)
        self._channel = SignalingChannel(viewer, socket, self._tiles)
        self._back = asyncio.Event()
        self._expired = False
        self._status = Status(EmulatorView(), "")
        self._context = context
        self._input = InputHandler(viewer, role, context, self.send)
        self._allowance = TokenBucket(_MESSAGES_A_SECOND, _MESSAGE_BURST)
        self._renegotiations = TokenBucket(_WORKS_A_SECOND, _WORK_BURST)
        self._closing: asyncio.Task[None] | None = None
        self.abusive = False
        """Whether it was sent away, for it did harm."""

    @property
    def totals(self) -> Totals:
        """What is counted for this viewer."""
        sent = self._tiles.bytes_sent + (self.peer.bytes_sent if self.peer is not None else 0)
        return self._totals + Totals(sent, self._input.ignored)

    @property
    def ended(self) -> bool:
        """Whether nobody can come back to it."""
        return self._expired

    @property
    def disconnected(self) -> bool:
        """Whether its WebSocket broke, and it may still come back."""
        return self._channel.closed.is_set() and not self._expired

    async def run(self, status: Status) -> None:
        """Greet the page, tell it the `status`, and follow its messages until it goes for good."""
        self._status = status
        resumed = False
        try:
            while not self._expired:
                self._send_hello(resumed)
                channel = self._channel
                ended = await channel.run(self._follow_next)
                if channel is self._channel and (ended or not await self._is_resumed()):
                    return
                resumed = True
        finally:
            self._expired = True
            self._channel.close()
            await self._leave()

    async def resume(self, socket: SignalingSocket, status: Status) -> None:
        """Go on over another WebSocket, as long as that lasts; the one before is given up."""
        before, channel = self._channel, SignalingChannel(self.viewer, socket, self._tiles)
        self._channel, self._status = channel, status
        before.close()
        self._back.set()
        try:
            await channel.closed.wait()
        finally:
            channel.close()

    def expire(self) -> None:
        """Wait no longer for a page that is absent."""
        self._expired = True
        self._back.set()

    def send(self, message: ServerMessage) -> None:
        """Send a message soon; what an absent page misses, it is told when it is back."""
        if self.disconnected and isinstance(message, Bye):
            self.expire()
        if isinstance(message, Status):
            self._status = message
        self._channel.send(message)

    def _send_hello(self, resumed: bool) -> None:
        offering = self._context.offering
        servers = tuple(each.for_page() for each in offering.network.ice_servers)
        role = self.role.value
        self.send(
            Hello(
                moof.__version__,
                self.viewer,
                self.choice,
                offering.codecs,
                servers,
                role,
                self.resume_key,
                resumed,
            )
        )
        self.send(self._status)
        if resumed:
            self.send(CodecChanged(self.codec, self.choice))
            self._tiles.clear()
            if self.codec not in offering.payload_types:
                self.keyframe_requested()  # part of a lossless update may be lost

    async def _is_resumed(self) -> bool:
        """Wait for the page, if there is anything that it could come back to."""
        if not isinstance(self.peer, WebRtcPeer):
            return False
        self._back.clear()
        try:
            async with asyncio.timeout(_ABSENCE_SECONDS):
                await self._back.wait()
        except TimeoutError:
            return False
        return not self._expired

    def set_codec(self, codec: str) -> None:
        """Change this viewer's codec and tell the page. Raises SignalingError for an unknown one."""
        self.choice = self._context.offering.check(codec)
        self._use(self._best())

    def release_if_silent(self, now: float) -> None:
        """Release what is held on a page that has fallen silent, and don't wait for it if it is absent, too.

        Call it every other second.
        """
        if now - self._input.pinged_at > _HAND_SECONDS:
            self._input.release()
            if self.disconnected:
                self.expire()

    def reconsider_codec(self) -> None:
        """Follow the picture and the network, if the choice is left to us; call it every other second.

        A codec is changed only after it was found the better one twice.
        """
        if self.choice != AUTO or self.peer is None or not self.peer.ready:
            return
        best, before = self._best(), self._considered
        self._considered = best
        if best == before != self.codec:
            self._use(best)

    def _best(self) -> str:
        """Return the codec that the choice means for this browser."""
        peer = self.peer
        offered = frozenset(self._context.offering.payload_types)
        accepted = peer.accepted_codecs if peer is not None else offered
        if self.choice != AUTO:
            return first_supported(self.choice, accepted)
        bandwidth = peer.bandwidth if peer is not None else UNLIMITED_BITRATE
        return select_automatically(accepted, self._context.scene(), bandwidth, self.codec)

    def _use(self, codec: str) -> None:
        self.codec = self._considered = codec
        self.latency = None
        if self.peer is not None:
            self._context.viewers.set_codec(self.peer, codec)
        self.send(CodecChanged(codec, self.choice))

    async def _follow_next(self, socket: SignalingSocket) -> None:
        try:
            text = await socket.receive()
            if isinstance(text, bytes):
                self._take_media(text)
                return
            if not self._allowance.take(time.monotonic()):
                self._disconnect("You send too many messages.")
                return
            await self._follow(parse(text))
        except (SignalingError, PeerError, PowerError) as error:
            self.send(Error(str(error)))

    async def _follow(self, message: ClientMessage) -> None:
        match message:
            case Join():
                await self._renegotiations.pass_through()
                await self._join(message.codec, message.over_websocket)
            case Answer():
                await self._take_answer(message.sdp)
            case Candidate():
                self._joined().add_candidate(message.candidate, message.mid)
            case SetCodec():
                await self._renegotiations.pass_through()
                self.set_codec(message.codec)
            case Latency():
                self.latency = message
            case Restart() | MachineCommand() if self.role is not Role.PLAYER:
                raise PowerError("You are watching only: switching the Mac is for its players.")
            case Restart():
                self._context.restart()
            case MachineCommand():
                if not self._context.send(EmulatorCommand(_COMMANDS[message.command])):
                    raise PowerError("no emulator is connected")

    async def _join(self, codec: str | None, by_socket: bool) -> None:
        """Make an offer, unless all is to go over the WebSocket; joining again replaces the connection."""
        if codec is not None:
            self.choice = self._context.offering.check(codec)
        await self._leave()
        if by_socket:
            self._join_by_socket()
        else:
            await self._join_by_offer()

    async def _join_by_offer(self) -> None:
        self.codec = self._best()
        offering = self._context.offering
        self.peer = peer = WebRtcPeer(
            self.viewer,
            self.codec,
            offering.payload_types,
            offering.network,
            self._tiles,
            self,
        )
        self._context.viewers.add(peer)
        try:
            self.send(Offer(await peer.offer()))
        except PeerError:
            await self._leave()
            raise

    def _join_by_socket(self) -> None:
        self.peer = WebSocketPeer(self.viewer, self.codec, self._tiles, self)
        self.peer.codec = self._best()
        self._context.viewers.add(self.peer)
        self._use(self.peer.codec)

    def _take_media(self, message: bytes) -> None:
        if not isinstance(self.peer, WebSocketPeer):
            raise SignalingError("signalling messages are text")
        self.peer.receive(message)

    async def _take_answer(self, sdp: str) -> None:
        try:
            self._context.answered(await self._joined().answer(sdp))
        except PeerError:
            await self._leave()  # half of it may have been taken: only a new offer helps
            raise
        best = self._best()
        if best != self.codec or best != self.choice:
            self._use(best)

    def _joined(self) -> Peer:
        if self.peer is None:
            raise SignalingError("'join' comes first")
        return self.peer

    def input_received(self, message: bytes) -> None:
        """Process one message of the "input" channel; more than any page sends end the session."""
        if not self._input.take(message, time.monotonic()):
            self._disconnect("You send more input than any keyboard and mouse.")

    def ready(self) -> None:
        """Wake the media threads: the viewer can be sent its first picture."""
        self._context.viewers.wake()

    def keyframe_requested(self) -> None:
        """Request a key frame for this viewer."""
        if self.peer is not None:
            self._context.viewers.request_keyframe(self.peer)

    def connection_lost(self) -> None:
        """End the session: the media connection failed."""
        self.send(Bye("The connection was lost."))

    def flooded(self) -> None:
        """End the session: the viewer sends more RTCP than any browser."""
        self._disconnect("You send more reports than any browser.")

    def _disconnect(self, message: str) -> None:
        """Send a viewer away that harms the others; its connection ends at once, whatever it still sends."""
        if self.abusive:
            return
        self.abusive = True
        _log.warning("Viewer %s is sent away: %s", self.viewer, message)
        self.send(Bye(message, final=True))
        if self.peer is not None:
            self._closing = asyncio.create_task(self.peer.close())

    async def _leave(self) -> None:
        """Release what the viewer holds, and end its connection."""
        self._input.release()
        if self._context.sound is not None:
            self._context.sound.leave(self.viewer)
        peer, self.peer = self.peer, None
        if peer is not None:
            self._totals += Totals(peer.bytes_sent)
            self._context.viewers.remove(peer)
            self._tiles.clear()
            await asyncio.shield(peer.close())  # half closed, it would stay for ever
