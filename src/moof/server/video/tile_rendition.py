"""A lossless rendition: image files of rectangles over the WebSocket, merged per viewer, never stale.

Each viewer has one pending box: all that changed since its last update. It is sent, with the newest pixels,
when there is room for it; until then it only grows. So a slow viewer gets fewer and larger updates, nobody
waits for it, and the last pixel is right once the picture rests. Viewers that are owed the same box share
one file.
"""

import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from moof.media.codecs import Codec
from moof.media.raster import Box
from moof.server.viewers import Viewer

from .boxes import union, whole
from .rendition import EncodeJob, EncoderStats, OutgoingFrame, realtime_us

_HEADER: Final = struct.Struct("<BBHHHHHHHIHH")
_MESSAGE_TYPE: Final = 2
_FIRST: Final = 0x01
_WHOLE_PICTURE: Final = 0x02

_FORMATS: Final = {"image/png": 0, "image/webp": 1}
"""What the header calls a rectangle's file format."""

HEADER_SIZE: Final = _HEADER.size
CHUNK_SIZE: Final = 65_536
"""Payload bytes of one message."""

BACKLOG_LIMIT: Final = 32_768
"""A viewer for whom more than this (bytes) waits has to wait, too: about three small updates."""

_AT_ONCE: Final = float("-inf")
_RETRY_SECONDS: Final = 0.02
"""Until a full connection is looked at again, should nobody report that it has drained."""


class TileRendition:
    """What each viewer of one lossless codec is still owed."""

    def __init__(self, codec: Codec) -> None:
        if codec.encode is None:
            raise ValueError(f"codec {codec.name} does not make rectangles")
        self._encode_box, self._format = codec.encode, _FORMATS[codec.mime]
        self._owed: dict[str, Box | None] = {}
        self._retry_at = _AT_ONCE
        self._size = (0, 0)
        self._update = 0
        self.stats = EncoderStats()

    def add_viewer(self, viewer_id: str) -> None:
        """Owe the viewer the whole picture."""
        self._owed[viewer_id] = whole(*self._size)
        self._retry_at = _AT_ONCE

    def request_keyframe(self, viewer_id: str) -> None:
        """Owe the viewer the whole picture, again."""
        self.add_viewer(viewer_id)

    def remove_viewer(self, viewer_id: str) -> None:
        """Forget what the viewer was owed."""
        self._owed.pop(viewer_id, None)

    def mark_changed(self, box: Box | None, size: tuple[int, int]) -> None:
        """Add what changed to everybody's debts; a picture of another size is owed as a whole."""
        if size != self._size:
            self._size, box = size, whole(*size)
            self._owed = dict.fromkeys(self._owed)
        if box is not None:
            self._owed = {viewer_id: union(owed, box) for viewer_id, owed in self._owed.items()}
            self._retry_at = _AT_ONCE

    def due_at(self) -> float | None:
        """Return at once while anybody is owed anything, or later if that was just tried in vain."""
        return self._retry_at if any(self._owed.values()) else None

    def encode(self, picture: EncodeJob, viewers: Sequence[Viewer]) -> list[OutgoingFrame]:
        """Return an update for each viewer that is owed one and has room for it."""
        self._update = (self._update + 1) & 0xFFFFFFFF
        info = replace(picture.info, rtp_timestamp=0, update=self._update)
        updates: dict[Box, list[bytes]] = {}
        deliveries: list[OutgoingFrame] = []
        for viewer in viewers:
            box = self._take(viewer)
            if box is not None and box not in updates:
                updates[box] = self._encode(picture, box)
            if box is not None or picture.send_info:
                tiles = updates[box] if box is not None else ()
                deliveries.append(OutgoingFrame(viewer, replace(info, t6_us=realtime_us()), tiles=tiles))
        self._retry_at = picture.now + _RETRY_SECONDS
        return deliveries

    def close(self) -> None:
        """Forget everybody."""
        self._owed.clear()

    def _take(self, viewer: Viewer) -> Box | None:
        """Return the box to send to this viewer now, if it is owed one and there is room."""
        box = self._owed.get(viewer.id)
        if box is None or viewer.tiles_backlog > BACKLOG_LIMIT:
            return None
        self._owed[viewer.id] = None
        return box

    def _encode(self, picture: EncodeJob, box: Box) -> list[bytes]:
        started = time.perf_counter()
        file = self._encode_box(picture.framebuffer.bgra, box)
        self.stats.note(len(file), time.perf_counter() - started, key=box == whole(*self._size))
        return update_messages(file, box, self._size, self._update, self._format)


def update_messages(
    file: bytes, box: Box, framebuffer: tuple[int, int], update: int, file_format: int = 0
) -> list[bytes]:
    """Return the rectangle messages of one update of one box; the closing "frame" message is the caller's.

    `screen` is (width, height) in pixels, `update` the number that the closing message carries, too, and
    `file_format` 0 for PNG, 1 for WebP.
    """
    parts = list(_split(file))
    flags = _WHOLE_PICTURE if box == whole(*framebuffer) else 0
    return [
        _HEADER.pack(
            *(_MESSAGE_TYPE, flags | (_FIRST if chunk == 0 else 0)),
            *box,
            *framebuffer,
            *(chunk, update, len(parts), file_format),
        )
        + part
        for chunk, part in enumerate(parts)
    ]


def _split(file: bytes) -> Iterator[bytes]:
    """Yield the payloads of at most CHUNK_SIZE bytes; the largest picture makes about a hundred."""
    for start in range(0, max(1, len(file)), CHUNK_SIZE):
        yield file[start : start + CHUNK_SIZE]
