"""One viewer's media connection: join, offer, answer and candidates, and its end."""

import asyncio
import time

from moof.server.protocol.messages import Join, Offer, SignalingError
from moof.server.session.context import SessionContext, SessionControl
from moof.server.session.input_handler import InputHandler
from moof.server.session.viewer_codec import ViewerCodec
from moof.server.transport.peer import Peer, PeerError
from moof.server.transport.tile_stream import TileStream
from moof.server.transport.turn import ice_servers_of_page
from moof.server.transport.webrtc_peer import WebRtcPeer
from moof.server.transport.websocket_peer import WebSocketPeer


class Negotiation:
    """Creates a viewer's peer, replaces it at another join, and closes it. On the event loop."""

    def __init__(
        self,
        viewer: str,
        context: SessionContext,
        codec: ViewerCodec,
        tiles: TileStream,
        inputs: InputHandler,
        session: SessionControl,
    ) -> None:
        self.peer: Peer | None = None
        self._viewer = viewer
        self._context = context
        self._codec = codec
        self._tiles = tiles
        self._inputs = inputs
        self._session = session
        self._sent_before = 0

    @property
    def bytes_sent(self) -> int:
        """RTP payload of all peers so far."""
        return self._sent_before + (self.peer.bytes_sent if self.peer is not None else 0)

    @property
    def resumable(self) -> bool:
        """Whether the media connection survives the loss of the WebSocket."""
        return isinstance(self.peer, WebRtcPeer)

    @property
    def over_websocket(self) -> bool:
        """Whether input arrives as binary messages of the WebSocket."""
        return isinstance(self.peer, WebSocketPeer)

    async def join(self, request: Join) -> None:
        """Create a peer and send its offer, or start sending over the WebSocket, which needs no offer.

        Joining again replaces the peer. Raises UnknownCodecError, or PeerError when nothing can be offered.
        """
        if request.codec is not None:
            self._codec.choose(request.codec)
        await self.leave()
        if request.over_websocket:
            self._join_over_websocket()
        else:
            await self._join_by_offer()

    async def answer(self, sdp: str) -> None:
        """Apply the browser's answer, and change to a codec that it accepts. Raises PeerError."""
        try:
            codecs = await self._joined().answer(sdp)
        except PeerError:
            await self.leave()  # parts of it may be applied: only a new offer helps
            raise
        if self._context.last_browser is not None:
            store = self._context.last_browser.store
            asyncio.get_running_loop().run_in_executor(None, store, codecs)
        best = self._codec.best(self.peer)
        if best != self._codec.current or best != self._codec.choice:
            self._codec.apply(best, self.peer)

    def add_candidate(self, candidate: str, mid: str) -> None:
        """Add one ICE candidate of the browser. Raises PeerError if it cannot be used."""
        self._joined().add_candidate(candidate, mid)

    def receive(self, message: bytes) -> None:
        """Process a binary message of the WebSocket. Raises SignalingError unless media travel over it."""
        if not isinstance(self.peer, WebSocketPeer):
            raise SignalingError("signaling messages are text")
        self.peer.receive(message)

    async def leave(self) -> None:
        """Release what the viewer holds, forget its playback reports, and close its peer."""
        self._inputs.release()
        if self._context.audio is not None:
            self._context.audio.remove_viewer(self._viewer)
        peer, self.peer = self.peer, None
        if peer is not None:
            self._sent_before += peer.bytes_sent
            self._context.viewers.remove(peer)
            self._tiles.clear()
            await asyncio.shield(peer.close())  # a peer that is closed by half is never freed

    async def _join_by_offer(self) -> None:
        codec = self._codec.current = self._codec.best(None)
        offer = self._context.offer
        peer = WebRtcPeer(
            self._viewer, codec, offer.payload_types, offer.network, self._tiles, self._inputs, self._session
        )
        self.peer = peer
        peer.wish(self._codec.wishes)
        self._context.viewers.add(peer)
        try:
            sdp = await peer.offer()
            servers = ice_servers_of_page(offer.network, self._viewer, time.time())
            self._session.send(Offer(sdp, servers))
        except PeerError:
            await self.leave()
            raise

    def _join_over_websocket(self) -> None:
        peer = self.peer = WebSocketPeer(self._viewer, self._codec.current, self._tiles, self._inputs)
        peer.wish(self._codec.wishes)
        peer.codec = self._codec.best(peer)
        self._context.viewers.add(peer)
        self._codec.apply(peer.codec, peer)

    def _joined(self) -> Peer:
        if self.peer is None:
            raise SignalingError("'join' comes first")
        return self.peer
