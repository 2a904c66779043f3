"""One viewer from hello to bye: its WebSockets, its media connection, its input, and how they end."""

import asyncio
import secrets
import time
from dataclasses import replace
from typing import Final

import moof
from moof.server.auth.audit import Actor, AuditEvent
from moof.server.auth.principal import LOCAL_OWNER, Principal
from moof.server.auth.roles import NotAllowedError
from moof.server.emulator.power import NoEmulatorError
from moof.server.protocol.latency_messages import Latency
from moof.server.protocol.messages import (
    Bye,
    CodecChanged,
    EmulatorView,
    Error,
    Hello,
    ServerMessage,
    SignalingError,
    Status,
    parse,
)
from moof.server.protocol.quality_messages import QualityRequest
from moof.server.session.admission import Occupant
from moof.server.session.context import SessionContext, Totals
from moof.server.session.input_handler import InputHandler
from moof.server.session.negotiation import Negotiation
from moof.server.session.page_requests import PageRequests, RequestingPage
from moof.server.session.presence import Participant
from moof.server.session.signaling_channel import (
    MessageProcessor,
    SignalingChannel,
    SignalingSocket,
    WebSocketClosedError,
)
from moof.server.session.viewer_codec import ViewerCodec, wishes_of
from moof.server.transport.peer import Peer, PeerError
from moof.server.transport.tile_stream import TileStream
from moof.server.transport.turn import ice_servers_of_page
from moof.token_bucket import TokenBucket

_MESSAGES_PER_SECOND: Final = 20.0
_MESSAGE_BURST: Final = 100.0  # a page with many network interfaces sends its candidates all at once
_RESUME_SECONDS: Final = 15.0
"""How long a session is kept for a page whose WebSocket broke."""
_BYE_SECONDS: Final = 2.0
"""How long a viewer that exceeded a rate limit has to read bye."""
_WITHDRAWAL_SECONDS: Final = 0.5
"""How long a viewer whose credentials were withdrawn has to read bye."""
_SILENCE_SECONDS: Final = 5.0
"""Seconds without a ping, of a page that has sent some, after which held keys are released."""
_CONNECT_SECONDS: Final = 30.0
"""Time for a page to join and connect; pages join at once, and ICE gives up earlier."""
_NOT_CONNECTED: Final = "The page has not connected within 30 s."


class ViewerSession(RequestingPage, MessageProcessor, Occupant, Participant):
    """One viewer. Everything happens on the event loop.

    `run` lasts until the page leaves without reconnecting. A page whose WebSocket broke, or that closed it in
    order to reconnect, may resume the session over another one; its media connection goes on meanwhile.
    """

    def __init__(
        self,
        viewer: str,
        codec: str,
        socket: SignalingSocket,
        context: SessionContext,
        principal: Principal = LOCAL_OWNER,
    ) -> None:
        self.viewer = viewer
        self.principal = principal
        self.role = principal.role
        self.resume_key = secrets.token_urlsafe(16)
        """What the page shows to resume this session."""
        self.latency: Latency | None = None
        """The page's last latency report, for the codec in use."""
        self.disconnected_for_abuse = False
        self._disconnected = False
        """Whether nothing that the page sends is processed any more."""
        self._context = context
        self._tiles = TileStream(context.viewers)
        self._channel = SignalingChannel(viewer, socket, self._tiles)
        self._codec = ViewerCodec(codec, context, self)
        self._inputs = InputHandler(viewer, self.role, context, self)
        network = replace(context.offer.network, page=socket.page)
        self._negotiation = Negotiation(
            viewer, context, self._codec, self._tiles, self._inputs, self, network
        )
        self._began_at = self._unconnected_since = time.monotonic()
        self._requests = PageRequests(self, context, self._negotiation)
        self._resumed = asyncio.Event()
        self._expired = False
        self._status = Status(EmulatorView(), "")
        self._messages = TokenBucket(_MESSAGES_PER_SECOND, _MESSAGE_BURST)
        self._closing: asyncio.Task[None] | None = None

    @property
    def peer(self) -> Peer | None:
        """The viewer's media connection, None before it has joined."""
        return self._negotiation.peer

    @property
    def codec(self) -> str:
        """The codec in use."""
        return self._codec.current

    @property
    def choice(self) -> str:
        """The codec that the viewer chose, "auto" included."""
        return self._codec.choice

    @property
    def totals(self) -> Totals:
        """What is counted for this viewer."""
        return Totals(self._tiles.bytes_sent + self._negotiation.bytes_sent, self._inputs.ignored)

    @property
    def acted_at(self) -> float:
        """When the viewer came, or used the Mac last, CLOCK_MONOTONIC in seconds."""
        return max(self._began_at, self._inputs.acted_at)

    @property
    def ended(self) -> bool:
        """Whether the session can no longer be resumed."""
        return self._expired

    @property
    def awaits_resumption(self) -> bool:
        """Whether its WebSocket broke, and it may still be resumed."""
        return self._channel.closed.is_set() and not self._expired

    async def run(self, status: Status) -> None:
        """Send hello and `status`, and process the page's messages until it leaves without reconnecting."""
        self._status = status
        resumed = False
        try:
            while not self._expired:
                self._send_hello(resumed)
                channel = self._channel
                ended = await channel.run(self)
                if channel is self._channel and (ended or not await self._wait_for_resumption()):
                    return
                resumed = True
        finally:
            self._expired = True
            self._channel.close()
            self._requests.leave()
            await self._negotiation.leave()

    async def resume(self, socket: SignalingSocket, status: Status) -> None:
        """Continue over another WebSocket, and return when that ends; the one before is closed."""
        before, channel = self._channel, SignalingChannel(self.viewer, socket, self._tiles)
        self._channel, self._status = channel, status
        before.close()
        self._resumed.set()
        try:
            await channel.closed.wait()
        finally:
            channel.close()

    @property
    def absent_since(self) -> float:
        """When its last WebSocket ended, CLOCK_MONOTONIC in seconds; infinity while there is one."""
        return self._channel.closed_at

    def end(self, reason: str) -> None:
        """End the session: send bye if its WebSocket is open, and wait for no resumption."""
        self.send(Bye(reason))
        self.expire()

    def end_unless_connected(self, now: float) -> None:
        """End the session of a page that has no connected peer for 30 s: it takes a place without a use.

        `now` is CLOCK_MONOTONIC in seconds. The manager calls it periodically.
        """
        if self.peer is not None and self.peer.ready:
            self._unconnected_since = now
        elif now - self._unconnected_since > _CONNECT_SECONDS and not self._expired:
            self.end(_NOT_CONNECTED)

    def expire(self) -> None:
        """Stop waiting for the page to resume the session."""
        self._expired = True
        self._resumed.set()

    def send(self, message: ServerMessage) -> None:
        """Queue a message to the page. While no WebSocket is open it is lost: hello repeats the state."""
        if self.awaits_resumption and isinstance(message, Bye):
            self.expire()
        if isinstance(message, Status):
            self._status = message
        self._channel.send(message)

    def set_codec(self, codec: str) -> None:
        """Change this viewer's codec and send it to the page. Raises UnknownCodecError."""
        self._codec.choose(codec)
        self._codec.apply(self._codec.best(self.peer), self.peer)

    def set_quality(self, request: QualityRequest) -> None:
        """Change the quality of this viewer's picture, and the most bits a second for it."""
        self._codec.wish(wishes_of(request), self.peer)

    def note_use(self, now: float) -> None:
        """Note that the viewer uses the Mac, `now` in seconds of CLOCK_MONOTONIC."""
        self._inputs.acted_at = now

    def reconsider_codec(self) -> None:
        """Follow the picture and the network if the choice is "auto". The manager calls it periodically."""
        self._codec.reconsider(self.peer)

    def release_if_silent(self, now: float) -> None:
        """Release held keys of a page that sends no pings, and end its session if its WebSocket broke, too.

        `now` is CLOCK_MONOTONIC in seconds. The manager calls it periodically.
        """
        if now - self._inputs.pinged_at > _SILENCE_SECONDS:
            self._inputs.release()
            if self.awaits_resumption:
                self.expire()

    def lose_floor(self) -> None:
        """Release what the viewer holds and stop its texts: somebody else has mouse and keyboard."""
        self._inputs.release()
        self._requests.stop_texts()

    def codec_changed(self, message: CodecChanged) -> None:
        """Send the codec to the page; latency figures of the codec before are void."""
        self.latency = None
        self.send(message)

    def disconnect(self, reason: str) -> None:
        """End the session without resumption: the viewer exceeded a rate limit. Its peer closes at once."""
        if not self._disconnected:
            self.disconnected_for_abuse = True
            detail = f"Viewer {self.viewer}: {reason}"
            self._context.audit.record(AuditEvent.ABUSE, Actor.of(self.principal), detail, time.time())
            self._end_at_once(reason)

    def withdraw(self, reason: str) -> None:
        """End the session without resumption: the viewer may no longer watch. Its peer closes at once."""
        if not self._disconnected:
            self._end_at_once(reason)
            asyncio.get_running_loop().call_later(_WITHDRAWAL_SECONDS, self._close_channel)

    def _close_channel(self) -> None:
        """End the session of a page that has not read bye."""
        self.expire()
        self._channel.close()

    def _end_at_once(self, reason: str) -> None:
        self._disconnected = True
        self.send(Bye(reason, final=True))
        if self.peer is not None:
            self._closing = asyncio.create_task(self.peer.close())

    def ready(self) -> None:
        """Wake the media threads: the viewer can be sent its first picture."""
        self._context.viewers.wake()

    def keyframe_requested(self) -> None:
        """Request a key frame for this viewer."""
        if self.peer is not None:
            self._context.viewers.request_keyframe(self.peer)

    def connection_lost(self) -> None:
        """End the session: the media connection failed, and nothing else serves the viewer."""
        if not self._negotiation.over_websocket:
            self.send(Bye("The connection was lost."))

    def flooded(self, what: str) -> None:
        """End the session: the viewer sends more of `what` than any browser."""
        self.disconnect(f"You send more {what} than any browser.")

    def _send_hello(self, resumed: bool) -> None:
        offer = self._context.offer
        servers = ice_servers_of_page(offer.network, self.viewer, time.time())
        codecs, role = offer.codecs, self.role.value
        self.send(
            Hello(moof.__version__, self.viewer, self.choice, codecs, servers, role, self.resume_key, resumed)
        )
        self.send(self._status)
        self.send(self._context.typist.layouts.status)
        self.send(self._context.clipboard.status)
        self.send(self._context.window.status)
        if (kiosk := self._context.kiosk) is not None and kiosk.concerns(self.role):
            self.send(kiosk.status)
        self.send(self._context.screen_text.status)
        if resumed:
            self.send(CodecChanged(self.codec, self.choice))
            self._tiles.clear()
            if self.codec not in offer.payload_types:
                self.keyframe_requested()  # part of a lossless update may be lost

    async def _wait_for_resumption(self) -> bool:
        """Wait for the page, if it has a media connection that goes on; return whether it is back."""
        if not self._negotiation.resumable:
            return False
        self._resumed.clear()
        try:
            async with asyncio.timeout(_RESUME_SECONDS):
                await self._resumed.wait()
        except TimeoutError:
            return False
        return not self._expired

    async def process_next(self, socket: SignalingSocket) -> None:
        """Receive one message of the page and process it. Raises WebSocketClosedError."""
        if self._disconnected:
            await asyncio.sleep(_BYE_SECONDS)  # nothing more is read; sending bye ends the channel before
            raise WebSocketClosedError
        try:
            message = await socket.receive()
        except WebSocketClosedError as closed:
            if closed.flooded:
                self.disconnect("You send more frames than any page.")
            raise
        if self._disconnected:
            return  # meanwhile
        carries_input = isinstance(message, bytes) and self._negotiation.over_websocket
        if not carries_input and not self._messages.take(time.monotonic()):
            self.disconnect("You send too many messages.")
            return
        try:
            await self._process_message(message)
        except (SignalingError, PeerError, NoEmulatorError, NotAllowedError) as error:
            self.send(Error(str(error)))

    async def _process_message(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self._negotiation.receive(message)
        else:
            await self._requests.process(parse(message))
