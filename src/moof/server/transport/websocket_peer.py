"""A viewer without WebRTC: rectangles, audio and input are binary messages of its WebSocket.

Chromium gathers no candidates on a machine with nothing but loopback, and some networks block UDP. TCP delays
what follows a lost packet, so this is for such viewers alone.
"""

import struct
from collections.abc import Sequence
from typing import Final

from moof.server.transport.loop_calls import LoopCalls
from moof.server.transport.peer import Peer, PeerError
from moof.server.transport.peer_listener import InputReceiver
from moof.server.transport.tile_stream import TileStream
from moof.server.viewers import NO_WISHES, PictureWishes

_AUDIO_HEADER: Final = struct.Struct("<B3xI")
_AUDIO_TYPE: Final = 3
_MAX_AUDIO_CALLS: Final = 5
"""Packets that wait for the event loop: 100 ms of those of 20 ms."""
_MAX_BACKLOG: Final = 256 * 1024
"""Bytes queued before an audio packet; behind more it would be played too late, so it is dropped."""


class WebSocketPeer(Peer):
    """A viewer's connection without WebRTC. Created and used on the event loop."""

    def __init__(self, viewer: str, codec: str, tiles: TileStream, inputs: InputReceiver) -> None:
        self.codec = codec
        self._id = viewer
        self._ready = True
        self._audio_calls = LoopCalls(_MAX_AUDIO_CALLS)
        self._tiles = tiles
        self._inputs = inputs
        self._wishes = NO_WISHES

    @property
    def id(self) -> str:
        """The viewer's name."""
        return self._id

    @property
    def ready(self) -> bool:
        """True until it is closed: there is nothing to negotiate."""
        return self._ready

    @property
    def accepted_codecs(self) -> frozenset[str]:
        """None: no codec goes over RTP."""
        return frozenset()

    @property
    def video(self) -> None:
        """None: there is no RTP."""
        return

    @property
    def audio(self) -> None:
        """None: there is no RTP."""
        return

    @property
    def bandwidth(self) -> float:
        """The viewer's own limit. None is measured: TCP adapts to the network."""
        return self._wishes.limit

    @property
    def wishes(self) -> PictureWishes:
        """What the viewer has asked of its picture."""
        return self._wishes

    def wish(self, wishes: PictureWishes) -> None:
        """Keep to the viewer's limit from now on; lossless pictures are always exact."""
        self._wishes = wishes
        self._tiles.limit = wishes.limit

    @property
    def bytes_sent(self) -> int:
        """0: the `TileStream` counts all bytes."""
        return 0

    @property
    def tiles_backlog(self) -> int:
        """Bytes queued for the WebSocket; may be read from any thread."""
        return self._tiles.picture_backlog

    def send_video(self, payloads: Sequence[bytes], rtp_timestamp: int, info: bytes) -> None:
        """Do nothing: codecs that go over RTP are not accepted."""

    def send_tiles(self, messages: Sequence[bytes]) -> None:
        """Send all messages of one update."""
        if self._ready:
            self._tiles.put_picture(messages)

    def send_audio(self, packet: bytes, rtp_timestamp: int) -> None:
        """Send one Opus packet, unless too much waits for WebSocket or event loop; from any thread."""
        self._audio_calls.call(self._put_audio, packet, rtp_timestamp)

    def _put_audio(self, packet: bytes, rtp_timestamp: int) -> None:
        if self._ready and self._tiles.backlog < _MAX_BACKLOG:
            self._tiles.put([_AUDIO_HEADER.pack(_AUDIO_TYPE, rtp_timestamp & 0xFFFFFFFF) + packet])

    def receive(self, message: bytes) -> None:
        """Process one binary message of the page's, as its "input" data channel would have carried it."""
        self._inputs.input_received(message)

    async def answer(self, sdp: str) -> tuple[str, ...]:
        """Raise PeerError: nothing was offered."""
        raise PeerError("there is no offer to answer: your media go over this WebSocket")

    def add_candidate(self, candidate: str, mid: str) -> None:
        """Raise PeerError: there is no ICE."""
        raise PeerError("there is no connection for candidates: your media go over this WebSocket")

    async def close(self) -> None:
        """Stop sending; the WebSocket belongs to the session and stays open."""
        self._ready = False
