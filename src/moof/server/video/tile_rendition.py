"""A lossless rendition: image files of rectangles over the WebSocket, merged per viewer, never stale.

Each viewer has one pending rectangle around all that changed since its last update. It is sent, with the
newest pixels, when there is room for it; until then it only grows. So a slow viewer gets fewer and larger
updates, delays no other viewer, and the last pixel is right once the picture rests. Where large parts of the
rectangle did not change, the update consists of several smaller ones. Viewers that lack the same share files.
"""

import struct
import time
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from moof.geometry import EMPTY, Rect
from moof.media.block_rectangles import block_rectangles
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


class _Pending(NamedTuple):
    """What a viewer lacks: all changes are in `rect`, and later than the framebuffer's `version`."""

    rect: Rect
    version: int


_NOTHING: Final = _Pending(EMPTY, 0)


class TileRendition(Rendition):
    """One lossless codec, with the rectangle that is still to be sent to each of its viewers."""

    def __init__(self, codec: Codec) -> None:
        """Raise ValueError for a codec that goes over RTP."""
        if codec.encode is None:
            raise ValueError(f"codec {codec.name} does not make rectangles")
        self._encode_rect, self._format = codec.encode, _FORMATS[codec.mime]
        self._pending: dict[str, _Pending] = {}
        self._retry_at = _AT_ONCE
        self._size = (0, 0)
        self._update = 0
        self.stats = EncoderStats()

    def add_viewer(self, viewer_id: str) -> None:
        """Schedule the whole picture for the viewer."""
        self._pending[viewer_id] = _Pending(Rect.whole(*self._size), 0)
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
            self._pending = dict.fromkeys(self._pending, _NOTHING)
        if not changed.is_empty:
            self._pending = {
                viewer_id: pending._replace(rect=pending.rect.union(changed))
                for viewer_id, pending in self._pending.items()
            }
            self._retry_at = _AT_ONCE

    def due_at(self) -> float | None:
        """Return at once while a rectangle is pending, or later if its viewer had no room for it just now."""
        return (
            self._retry_at if any(not pending.rect.is_empty for pending in self._pending.values()) else None
        )

    def encode(self, job: EncodeJob, viewers: Sequence[Viewer]) -> list[OutgoingFrame]:
        """Return an update for each viewer that has a pending rectangle and room for it."""
        self._update = (self._update + 1) & 0xFFFFFFFF
        updates: dict[_Pending, list[bytes]] = {}
        frames: list[OutgoingFrame] = []
        for viewer in viewers:
            lacking = self._take_pending(viewer, job.framebuffer.version)
            if not lacking.rect.is_empty and lacking not in updates:
                updates[lacking] = self._encode(job, lacking)
            if not lacking.rect.is_empty or job.send_info:
                tiles = updates.get(lacking, ())
                info = job.frame_info(update=self._update, ping=job.ping)
                frames.append(OutgoingFrame(viewer, info, tiles=tiles))
        self._retry_at = job.now + _RETRY_SECONDS
        return frames

    def close(self) -> None:
        """Discard all pending rectangles."""
        self._pending.clear()

    def _take_pending(self, viewer: Viewer, version: int) -> _Pending:
        """Return what to send to this viewer now, _NOTHING if it lacks nothing or has no room for it.

        Afterwards it has the framebuffer's `version`.
        """
        pending = self._pending.get(viewer.id, _NOTHING)
        if pending.rect.is_empty or viewer.tiles_backlog > BACKLOG_LIMIT:
            return _NOTHING
        self._pending[viewer.id] = _Pending(EMPTY, version)
        return pending

    def _encode(self, job: EncodeJob, lacking: _Pending) -> list[bytes]:
        messages: list[bytes] = []
        for rect in block_rectangles(job.framebuffer.changed_since(lacking.version), lacking.rect):
            started = time.perf_counter()
            file = self._encode_rect(job.framebuffer.bgra, rect)
            self.stats.record(len(file), time.perf_counter() - started, key=rect == Rect.whole(*self._size))
            first = not messages
            messages += update_messages(file, rect, self._size, self._update, self._format, first=first)
        return messages


def update_messages(
    file: bytes,
    rect: Rect,
    framebuffer: tuple[int, int],
    update: int,
    file_format: int = 0,
    *,
    first: bool = True,
) -> list[bytes]:
    """Return the messages of one rectangle of an update; the caller appends the "frame" message.

    `framebuffer` is (width, height) in pixels, `update` the number that the "frame" message carries, too, and
    `file_format` 0 for PNG, 1 for WebP. `first` says whether it is the update's first rectangle.
    """
    parts = list(_split(file))
    flags = _WHOLE_PICTURE if rect == Rect.whole(*framebuffer) else 0
    return [
        _HEADER.pack(
            *(_MESSAGE_TYPE, flags | (_FIRST if first and chunk == 0 else 0)),
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
