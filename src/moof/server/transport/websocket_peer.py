"""A viewer whom no WebRTC reaches: rectangles, sound and input as binary messages of its WebSocket.

Chromium gathers no candidates on a machine with nothing but loopback, and some networks let no UDP through.
TCP delays what follows a lost packet, so this is for those alone.
"""

import struct
from collections.abc import Callable, Sequence
from typing import Final

from moof.server.viewers import UNLIMITED_BITRATE

from .tile_stream import TileStream
from .webrtc_peer import PeerError

_SOUND: Final = struct.Struct("<B3xI")
_SOUND_TYPE: Final = 3
_LONGEST_JAM: Final = 256 * 1024
"""Bytes before the sound; what came behind so many would be history when it is heard."""


class WebSocketPeer:
    """Implements `ViewerPort`, and stands where a `Peer` would. Made and used on the event loop."""

    accepted: frozenset[str] = frozenset()
    """No codec that goes by RTP."""
    video = audio = None
    bandwidth = UNLIMITED_BITRATE
    bytes_sent = 0
    """The stream of tiles counts them all."""

    def __init__(self, viewer: str, codec: str, tiles: TileStream, on_input: Callable[[bytes], None]) -> None:
        self.id = viewer
        self.codec = codec
        self.ready = True
        self._tiles = tiles
        self._on_input = on_input

    @property
    def tiles_backlog(self) -> int:
        """Bytes that wait for the WebSocket; may be read from any thread."""
        return self._tiles.backlog

    def send_video(self, payloads: Sequence[bytes], rtp_timestamp: int, info: bytes) -> None:
        """Nothing: such codecs are not accepted."""

    def send_tiles(self, messages: Sequence[bytes]) -> None:
        """Send one whole update."""
        if self.ready:
            self._tiles.put(messages)

    def send_audio(self, packet: bytes, rtp_timestamp: int) -> None:
        """Send one Opus packet, unless there is a jam."""
        if self.ready and self._tiles.backlog < _LONGEST_JAM:
            self._tiles.put([_SOUND.pack(_SOUND_TYPE, rtp_timestamp & 0xFFFFFFFF) + packet])

    def take(self, message: bytes) -> None:
        """Take one message of the page's, as its "input" channel would have brought it."""
        self._on_input(message)

    async def answer(self, sdp: str) -> None:
        """Raise PeerError: nothing was offered."""
        raise PeerError("there is no offer to answer: your media go over this WebSocket")

    def add_candidate(self, candidate: str, mid: str) -> None:
        """Raise PeerError."""
        raise PeerError("there is no connection for candidates: your media go over this WebSocket")

    async def close(self) -> None:
        """Send nothing any more."""
        self.ready = False
