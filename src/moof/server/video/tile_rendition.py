"""A lossless rendition: image files of rectangles over the WebSocket, merged per viewer, never stale.

Each viewer has one pending rectangle: all that changed since its last update. It is sent, with the newest
pixels, when there is room for it; until then it only grows. So a slow viewer gets fewer and larger updates,
delays no other viewer, and the last pixel is right once the picture rests. Viewers with the same pending
rectangle share one file.
"""

import struct
import time
from collections.abc import Iterator, Sequence
from typing import Final

from moof.geometry import EMPTY, Rect
from moof.media.codecs import Codec
from moof.server.video.rendition import EncodeJob, EncoderStats, OutgoingFrame, Rendition
from moof.server.viewers import Viewer

_HEADER: Final = struct.Struct("<BBHHHHHHHIHH")
_MESSAGE_TYPE: Final = 2
_FIRST: Final = 0x01
_WHOLE_PICTURE: Final = 0x02

_FORMATS: Final = {"image/png": 0, "image/webp": 1}
"""The header's codes for a rectangle's file format."""

HEADER_SIZE: Final = _HEADER.size
CHUNK_SIZE: Final = 65_536
"""Payload bytes of one message."""

BACKLOG_LIMIT: Final = 32_768
"""A viewer with a backlog of more than this (bytes) gets no update: about three small ones."""

_AT_ONCE: Final = float("-inf")
_RETRY_SECONDS: Final = 0.02
"""Until a full connection is tried again, should its transport not report that it has drained."""


class TileRendition(Rendition):
    """One lossless codec, with the rectangle that is still to be sent to each of its viewers."""

    def __init__(self, codec: Codec) -> None:
        """Raise ValueError for a codec that goes over RTP."""
        if codec.encode is None:
            raise ValueError(f"codec {codec.name} does not make rectangles")
        self._encode_rect, self._format = codec.encode, _FORMATS[codec.mime]
        self._pending: dict[str, Rect] = {}
        self._retry_at = _AT_ONCE
        self._size = (0, 0)
        self._update = 0
        self.stats = EncoderStats()

    def add_viewer(self, viewer_id: str) -> None:
        """Schedule the whole picture for the viewer."""
        self._pending[viewer_id] = Rect.whole(*self._size)
        self._retry_at = _AT_ONCE

    def request_keyframe(self, viewer_id: str) -> None:
        """Schedule the whole picture for the viewer again."""
        self.add_viewer(viewer_id)

    def remove_viewer(self, viewer_id: str) -> None:
        """Discard the viewer's pending rectangle."""
        self._pending.pop(viewer_id, None)

    def mark_changed(self, changed: Rect, size: tuple[int, int]) -> None:
        """Add what changed to every viewer's rectangle; a picture of another size is pending as a whole."""
        if size != self._size:
            self._size, changed = size, Rect.whole(*size)
            self._pending = dict.fromkeys(self._pending, EMPTY)
        if not changed.is_empty:
            self._pending = {
                viewer_id: pending.union(changed) for viewer_id, pending in self._pending.items()
            }
            self._retry_at = _AT_ONCE

    def due_at(self) -> float | None:
        """Return at once while a rectangle is pending, or later if its viewer had no room for it just now."""
        return self._retry_at if any(not rect.is_empty for rect in self._pending.values()) else None

    def encode(self, job: EncodeJob, viewers: Sequence[Viewer]) -> list[OutgoingFrame]:
        """Return an update for each viewer that has a pending rectangle and room for it."""
        self._update = (self._update + 1) & 0xFFFFFFFF
        updates: dict[Rect, list[bytes]] = {}
        frames: list[OutgoingFrame] = []
        for viewer in viewers:
            rect = self._take_pending(viewer)
            if not rect.is_empty and rect not in updates:
                updates[rect] = self._encode(job, rect)
            if not rect.is_empty or job.send_info:
                tiles = updates.get(rect, ())
                info = job.frame_info(update=self._update, ping=job.ping)
                frames.append(OutgoingFrame(viewer, info, tiles=tiles))
        self._retry_at = job.now + _RETRY_SECONDS
        return frames

    def close(self) -> None:
        """Discard all pending rectangles."""
        self._pending.clear()

    def _take_pending(self, viewer: Viewer) -> Rect:
        """Return the rectangle to send to this viewer now, EMPTY if there is none or no room for it."""
        rect = self._pending.get(viewer.id, EMPTY)
        if rect.is_empty or viewer.tiles_backlog > BACKLOG_LIMIT:
            return EMPTY
        self._pending[viewer.id] = EMPTY
        return rect

    def _encode(self, job: EncodeJob, rect: Rect) -> list[bytes]:
        started = time.perf_counter()
        file = self._encode_rect(job.framebuffer.bgra, rect)
        self.stats.record(len(file), time.perf_counter() - started, key=rect == Rect.whole(*self._size))
        return update_messages(file, rect, self._size, self._update, self._format)


def update_messages(
    file: bytes, rect: Rect, framebuffer: tuple[int, int], update: int, file_format: int = 0
) -> list[bytes]:
    """Return the messages of one update of one rectangle; the caller appends the "frame" message.

    `framebuffer` is (width, height) in pixels, `update` the number that the "frame" message carries, too, and
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
