"""One viewer's media connection: join, offer, answer and candidates, and its end."""

import asyncio
import time

from moof.server.config.options import MediaNetwork
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
    """Creates a viewer's peer, replaces it at another join, and closes it. On the event loop.

    While a WebRTC connection takes long, its peer waits beside one for the WebSocket, which serves the
    viewer.
    """

    def __init__(
        self,
        viewer: str,
        context: SessionContext,
        codec: ViewerCodec,
        tiles: TileStream,
        inputs: InputHandler,
        session: SessionControl,
        network: MediaNetwork,
    ) -> None:
        """`network` is how media reach this viewer."""
        self.peer: Peer | None = None
        """What serves the viewer."""
        self._connecting: WebRtcPeer | None = None
        """Beside a `WebSocketPeer`: the connection that was offered, until the page takes it into use."""
        self._viewer = viewer
        self._context = context
        self._codec = codec
        self._tiles = tiles
        self._inputs = inputs
        self._session = session
        self._network = network
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

        Joining again replaces the peer, except where it says what becomes of a connection that takes long.
        Raises UnknownCodecError, or PeerError when nothing can be offered.
        """
        if request.codec is not None:
            self._codec.choose(request.codec)
        if self._connecting is not None and request.media in ("offered", "socket"):
            await self._end_waiting(in_use=request.media == "offered")
            return
        connecting = self.peer if request.media == "meanwhile" else None
        if isinstance(connecting, WebRtcPeer):
            self._set_aside(connecting)
        else:
            await self.leave()
        if request.over_websocket:
            self._join_over_websocket()
        else:
            await self._join_by_offer()

    async def answer(self, sdp: str) -> None:
        """Apply the browser's answer, and change to a codec that it accepts. Raises PeerError."""
        try:
            codecs = await self._offered().answer(sdp)
        except PeerError:
            await self.leave()  # parts of it may be applied: only a new offer helps
            raise
        if self._context.last_browser is not None:
            store = self._context.last_browser.store
            asyncio.get_running_loop().run_in_executor(None, store, codecs)
        if self._connecting is not None:
            return  # its codec is chosen when it is taken into use
        best = self._codec.best(self.peer)
        if best != self._codec.current or best != self._codec.choice:
            self._codec.apply(best, self.peer)

    def add_candidate(self, candidate: str, mid: str) -> None:
        """Add one ICE candidate of the browser. Raises PeerError if it cannot be used."""
        self._offered().add_candidate(candidate, mid)

    def receive(self, message: bytes) -> None:
        """Process a binary message of the WebSocket. Raises SignalingError unless media travel over it."""
        if not isinstance(self.peer, WebSocketPeer):
            raise SignalingError("signaling messages are text")
        self.peer.receive(message)

    async def leave(self) -> None:
        """Release what the viewer holds, forget its playback reports, and close its peer."""
        peer = self._stop_serving()
        connecting, self._connecting = self._connecting, None
        for each in (peer, connecting):
            if each is not None:
                await asyncio.shield(each.close())  # a peer that is closed by half is never freed

    def _stop_serving(self) -> Peer | None:
        """Release what the viewer holds, and return its peer, which gets nothing more."""
        self._inputs.release()
        if self._context.audio is not None:
            self._context.audio.remove_viewer(self._viewer)
        peer, self.peer = self.peer, None
        if peer is not None:
            self._sent_before += peer.bytes_sent
            self._context.viewers.remove(peer)
            self._tiles.clear()
        return peer

    def _set_aside(self, connecting: WebRtcPeer) -> None:
        """Let the peer go on connecting; the WebSocket serves the viewer."""
        self._stop_serving()
        self._connecting = connecting

    async def _end_waiting(self, in_use: bool) -> None:
        """Take the connection that was offered into use in place of the WebSocket, or close it."""
        connecting, self._connecting = self._connecting, None
        assert connecting is not None
        if not in_use:
            await asyncio.shield(connecting.close())
            return
        over_websocket = self._stop_serving()
        self._serve(connecting)
        self._codec.apply(self._codec.best(connecting), connecting)
        if over_websocket is not None:
            await over_websocket.close()

    async def _join_by_offer(self) -> None:
        codec = self._codec.current = self._codec.best(None)
        types = self._context.offer.payload_types
        peer = WebRtcPeer(self._viewer, codec, types, self._network, self._tiles, self._inputs, self._session)
        self._serve(peer)
        try:
            sdp = await peer.offer()
            servers = ice_servers_of_page(self._network, self._viewer, time.time())
            self._session.send(Offer(sdp, servers))
        except PeerError:
            await self.leave()
            raise

    def _join_over_websocket(self) -> None:
        peer = WebSocketPeer(self._viewer, self._codec.current, self._tiles, self._inputs)
        peer.codec = self._codec.best(peer)
        self._serve(peer)
        self._codec.apply(peer.codec, peer)

    def _serve(self, peer: Peer) -> None:
        """Send picture and sound by this peer from now on."""
        self.peer = peer
        peer.wish(self._codec.wishes)
        self._context.viewers.add(peer)

    def _offered(self) -> Peer:
        """Return the peer that an answer or a candidate is for."""
        peer = self._connecting or self.peer
        if peer is None:
            raise SignalingError("'join' comes first")
        return peer
