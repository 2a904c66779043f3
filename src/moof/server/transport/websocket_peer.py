"""A viewer whom no WebRTC reaches: rectangles, sound and input as binary messages of its WebSocket.

Chromium gathers no candidates on a machine with nothing but loopback, and some networks let no UDP through.
TCP delays what follows a lost packet, so this is for those alone.
"""

import struct
from collections.abc import Sequence
from typing import Final

from moof.server.viewers import UNLIMITED_BITRATE

from .peer import Peer, PeerError
from .peer_listener import PeerListener
from .tile_stream import TileStream

_SOUND: Final = struct.Struct("<B3xI")
_SOUND_TYPE: Final = 3
_LONGEST_JAM: Final = 256 * 1024
"""Bytes before the sound; what came behind so many would be history when it is heard."""


class WebSocketPeer(Peer):
    """A viewer's connection without WebRTC. Created and used on the event loop."""

    def __init__(self, viewer: str, codec: str, tiles: TileStream, listener: PeerListener) -> None:
        self.codec = codec
        self._id = viewer
        self._ready = True
        self._tiles = tiles
        self._listener = listener

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
        """No limit is measured: TCP adapts to the network."""
        return UNLIMITED_BITRATE

    @property
    def bytes_sent(self) -> int:
        """0: the `TileStream` counts all bytes."""
        return 0

    @property
    def tiles_backlog(self) -> int:
        """Bytes that wait for the WebSocket; may be read from any thread."""
        return self._tiles.backlog

    def send_video(self, payloads: Sequence[bytes], rtp_timestamp: int, info: bytes) -> None:
        """Nothing: such codecs are not accepted."""

    def send_tiles(self, messages: Sequence[bytes]) -> None:
        """Send one whole update."""
        if self._ready:
            self._tiles.put(messages)

    def send_audio(self, packet: bytes, rtp_timestamp: int) -> None:
        """Send one Opus packet, unless there is a jam."""
        if self._ready and self._tiles.backlog < _LONGEST_JAM:
            self._tiles.put([_SOUND.pack(_SOUND_TYPE, rtp_timestamp & 0xFFFFFFFF) + packet])

    def receive(self, message: bytes) -> None:
        """Process one binary message of the page's, as its "input" data channel would have carried it."""
        self._listener.input_received(message)

    async def answer(self, sdp: str) -> None:
        """Raise PeerError: nothing was offered."""
        raise PeerError("there is no offer to answer: your media go over this WebSocket")

    def add_candidate(self, candidate: str, mid: str) -> None:
        """Raise PeerError."""
        raise PeerError("there is no connection for candidates: your media go over this WebSocket")

    async def close(self) -> None:
        """Send nothing any more."""
        self._ready = False
