"""A lossless rendition: image files of rectangles over the WebSocket, merged per viewer, never stale.

Each viewer has one pending rectangle: all that changed since its last update. It is sent, with the newest
pixels, when there is room for it; until then it only grows. So a slow viewer gets fewer and larger updates,
nobody waits for it, and the last pixel is right once the picture rests. Viewers that are owed the same
rectangle share one file.
"""

import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from moof.geometry import EMPTY, Rect
from moof.media.codecs import Codec
from moof.server.viewers import Viewer

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
        self._encode_rect, self._format = codec.encode, _FORMATS[codec.mime]
        self._owed: dict[str, Rect] = {}
        self._retry_at = _AT_ONCE
        self._size = (0, 0)
        self._update = 0
        self.stats = EncoderStats()

    def add_viewer(self, viewer_id: str) -> None:
        """Owe the viewer the whole picture."""
        self._owed[viewer_id] = Rect.whole(*self._size)
        self._retry_at = _AT_ONCE

    def request_keyframe(self, viewer_id: str) -> None:
        """Owe the viewer the whole picture, again."""
        self.add_viewer(viewer_id)

    def remove_viewer(self, viewer_id: str) -> None:
        """Forget what the viewer was owed."""
        self._owed.pop(viewer_id, None)

    def mark_changed(self, changed: Rect, size: tuple[int, int]) -> None:
        """Add what changed to everybody's debts; a picture of another size is owed as a whole."""
        if size != self._size:
            self._size, changed = size, Rect.whole(*size)
            self._owed = dict.fromkeys(self._owed, EMPTY)
        if not changed.is_empty:
            self._owed = {viewer_id: owed.union(changed) for viewer_id, owed in self._owed.items()}
            self._retry_at = _AT_ONCE

    def due_at(self) -> float | None:
        """Return at once while anybody is owed anything, or later if that was just tried in vain."""
        return self._retry_at if any(not owed.is_empty for owed in self._owed.values()) else None

    def encode(self, picture: EncodeJob, viewers: Sequence[Viewer]) -> list[OutgoingFrame]:
        """Return an update for each viewer that is owed one and has room for it."""
        self._update = (self._update + 1) & 0xFFFFFFFF
        info = replace(picture.info, rtp_timestamp=0, update=self._update)
        updates: dict[Rect, list[bytes]] = {}
        deliveries: list[OutgoingFrame] = []
        for viewer in viewers:
            rect = self._take(viewer)
            if not rect.is_empty and rect not in updates:
                updates[rect] = self._encode(picture, rect)
            if not rect.is_empty or picture.send_info:
                tiles = updates.get(rect, ())
                deliveries.append(OutgoingFrame(viewer, replace(info, t6_us=realtime_us()), tiles=tiles))
        self._retry_at = picture.now + _RETRY_SECONDS
        return deliveries

    def close(self) -> None:
        """Forget everybody."""
        self._owed.clear()

    def _take(self, viewer: Viewer) -> Rect:
        """Return the rectangle to send to this viewer now: what it is owed, if there is room for it."""
        rect = self._owed.get(viewer.id, EMPTY)
        if viewer.tiles_backlog > BACKLOG_LIMIT:
            return EMPTY
        self._owed[viewer.id] = EMPTY
        return rect

    def _encode(self, picture: EncodeJob, rect: Rect) -> list[bytes]:
        started = time.perf_counter()
        file = self._encode_rect(picture.framebuffer.bgra, rect)
        self.stats.note(len(file), time.perf_counter() - started, key=rect == Rect.whole(*self._size))
        return update_messages(file, rect, self._size, self._update, self._format)


def update_messages(
    file: bytes, rect: Rect, framebuffer: tuple[int, int], update: int, file_format: int = 0
) -> list[bytes]:
    """Return the messages of one update of one rectangle; the closing "frame" message is the caller's.

    `screen` is (width, height) in pixels, `update` the number that the closing message carries, too, and
    `file_format` 0 for PNG, 1 for WebP.
    """
    parts = list(_split(file))
    flags = _WHOLE_PICTURE if rect == Rect.whole(*framebuffer) else 0
    return [
        _HEADER.pack(
            *(_MESSAGE_TYPE, flags | (_FIRST if chunk == 0 else 0)),
            *rect,
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
