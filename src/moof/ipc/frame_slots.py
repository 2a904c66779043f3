"""The frame slots of the segment: the emulator fills three in turn, the server reads the newest one."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moof.geometry import EMPTY, Rect
from moof.ipc import eventfd as events
from moof.ipc.contract import (
    FRAME_HEADER,
    FRAME_SLOTS,
    MAX_HEIGHT,
    MAX_WIDTH,
    METADATA,
    METADATA_OFFSET,
    SEGMENT,
    PixelFormat,
)
from moof.ipc.errors import SegmentError
from moof.ipc.ping import PingEcho
from moof.ipc.segment import Segment


class StaleAreas:
    """Tracks what the last three frames changed, so that an emulator copies no more than that into a slot.

    A slot still holds the frame that was published three frames ago.
    """

    def __init__(self) -> None:
        self._recent: deque[Rect] = deque(maxlen=FRAME_SLOTS)

    @property
    def empty(self) -> bool:
        """Whether nothing has been published yet."""
        return not self._recent

    def next_slot(self, dirty: Rect, width: int, height: int) -> Rect:
        """Return what to copy into the slot for a frame of this size that changes `dirty`."""
        self._recent.append(dirty)
        # Rectangles from before a change to a smaller size may exceed the picture.
        return reduce(Rect.union, self._recent).clip(width, height)


_METADATA = slice(METADATA_OFFSET, METADATA_OFFSET + METADATA.size)
_TIMESTAMP = SEGMENT["timestamp_us"].index
_READY = SEGMENT["ready_index"].index
_WRITE = SEGMENT["write_index"].index
_COUNT = SEGMENT["frame_count"].index
_READ_ATTEMPTS = 8
REPEAT_US = 1_000_000
"""An unchanged frame is published after so many microseconds without another."""
_LAPPED = 2
"""After so many newer frames the emulator may be writing into the slot that is being read."""


class FramePublisher:
    """Publishes frames; the emulator's side. Used by one thread; indices and count are never read back."""

    def __init__(self, segment: Segment, eventfd: int) -> None:
        self.slot = 0
        """The slot of the next frame, 0..2; it still holds the frame published three frames ago."""
        self.frame_count = 0
        self.whole_due = False
        """Whether the next frame should be dirty all over: the last server may have written to the slots."""
        self.repeat_due = False
        """Whether to publish a frame even if nothing has changed: a server has just connected."""
        self._published_us = 0
        self._segment = segment
        self._eventfd = eventfd

    def is_repeat_due(self, now_us: int) -> bool:
        """Return whether an unchanged frame is to be published at `now_us` (CLOCK_REALTIME).

        Existing servers encode for a new viewer only when a frame comes: so the last frame is published again
        when a server has connected, and when no other frame has come for a second.
        """
        overdue = abs(now_us - self._published_us) >= REPEAT_US  # the clock may have been set back
        return self.frame_count > 0 and (self.repeat_due or overdue)

    def begin(self) -> NDArray[np.uint8]:
        """Return the slot to write, (1080, 1920, 4) with rows of 7680 bytes: fill its top left corner."""
        return self._segment.pixels(self.slot)

    def publish(
        self,
        width: int,
        height: int,
        dirty: Rect,
        cursor: tuple[int, int, bool],
        timestamp_us: int,
        ping: PingEcho | None = None,
    ) -> int:
        """Make the slot the newest frame, signal the eventfd and return the new frame count.

        `dirty` is what differs from the frame before (width 0: nothing), `cursor` its hot spot and
        visibility, `timestamp_us` CLOCK_REALTIME. `ping` is the echo this frame carries; without one, the
        echo in the segment is left as it is. Raises SegmentError for a rectangle outside of the picture.
        """
        _check_size(width, height)
        dirty = _checked_dirty(dirty, width, height)
        x, y, visible = cursor
        cursor_x, cursor_y = max(0, min(x, 0xFFFF)), max(0, min(y, 0xFFFF))
        metadata = METADATA.struct.pack(
            width, height, PixelFormat.BGRA, *dirty, cursor_x, cursor_y, bool(visible)
        )
        if ping is not None:
            self._segment.write_ping(ping)
        if dirty == (0, 0, width, height):
            self.whole_due = False
        self.repeat_due, self._published_us = False, timestamp_us
        self._store(metadata, timestamp_us)
        events.signal(self._eventfd)
        return self.frame_count

    def _store(self, metadata: bytes, timestamp_us: int) -> None:
        """Store in the contract's order: metadata, timestamp, ready index, write index, count."""
        header, u32, u64 = self._segment.header, self._segment.u32, self._segment.u64
        slot, next_slot, count = self.slot, (self.slot + 1) % FRAME_SLOTS, self.frame_count + 1
        try:
            # No call between these stores: CPython releases the GIL at calls and jumps only, so the frame is
            # published within a microsecond and readers rarely see a part of it.
            header[_METADATA] = metadata
            u64[_TIMESTAMP] = timestamp_us
            u32[_READY] = slot
            u32[_WRITE] = next_slot
            u64[_COUNT] = count
        except ValueError as error:
            raise SegmentError(f"{self._segment.path}: cannot publish: {error}") from error
        self.slot, self.frame_count = next_slot, count


@dataclass(slots=True, eq=False)
class Frame:
    """A frame as the emulator describes it, every value checked.

    `pixels` is (height, width, 4) uint8 in the order of `pixel_format`, rows 7680 bytes apart, and lives in
    shared memory: a result computed from it is valid only if `FrameSlotReader.still_valid` is true
    afterwards. Not frozen, since that would triple the time to make one; nothing changes it.
    """

    index: int
    """frame_count: 1 for the first frame."""
    skipped: int
    """Frames between the last one that `latest` returned and this one; if not 0, any pixel may differ."""
    slot: int
    width: int
    height: int
    pixel_format: PixelFormat
    dirty: Rect
    """What differs from the frame before, according to the emulator."""
    cursor_x: int
    cursor_y: int
    cursor_visible: bool
    timestamp_us: int
    """CLOCK_REALTIME."""
    ping: PingEcho | None
    pixels: NDArray[np.uint8]


class _Header(NamedTuple):
    """The fields of contract.FRAME_HEADER, in its order."""

    width: int
    height: int
    pixel_format: int
    dirty_x: int
    dirty_y: int
    dirty_width: int
    dirty_height: int
    cursor_x: int
    cursor_y: int
    cursor_visible: int
    write_index: int
    ready_index: int
    frame_count: int
    timestamp_us: int


class FrameSlotReader:
    """Reads frames; the server's side. Used by one thread. The eventfd is readable after a new frame."""

    def __init__(self, segment: Segment, eventfd: int) -> None:
        self._segment = segment
        self._eventfd = eventfd
        self._seen = 0
        self._returned: tuple[int, int] | None = None  # index and timestamp of what `latest` returned last

    def latest(self) -> Frame | None:
        """Return the newest frame, None if it was returned before; drain the eventfd.

        Raises SegmentError if the shared memory holds invalid values. That frame counts as returned, so a
        caller may go on with the next one.
        """
        self._segment.check_size()
        events.drain(self._eventfd)
        if self._segment.read("frame_count") == self._seen:
            return None
        header = self._consistent_header()
        self._seen = header.frame_count
        if not header.frame_count:
            return None
        frame = self._frame(header)
        self._returned = (frame.index, frame.timestamp_us)
        return frame

    def current(self) -> Frame | None:
        """Return the newest frame even if it was returned before, None before the first one.

        The eventfd is not read. For a key frame: `latest` still returns this frame if it has not yet.
        Raises SegmentError as `latest` does.
        """
        self._segment.check_size()
        header = self._consistent_header()
        return self._frame(header) if header.frame_count else None

    def still_valid(self, frame: Frame) -> bool:
        """Return whether `frame.pixels` cannot have been overwritten since the frame was returned."""
        return 0 <= self._segment.read("frame_count") - frame.index < _LAPPED

    def _consistent_header(self) -> _Header:
        """Read the frame's fields until two readings are equal, so that they belong to one frame."""
        before = self._segment.load(FRAME_HEADER, METADATA_OFFSET)
        for _ in range(_READ_ATTEMPTS):
            after = self._segment.load(FRAME_HEADER, METADATA_OFFSET)
            if after == before:
                return _Header._make(after)
            before = after
        raise SegmentError(f"{self._segment.path}: the frame's fields change with every reading")

    def _frame(self, header: _Header) -> Frame:
        """Check every value that is used as an index or a divisor, and build the frame."""
        width, height = header.width, header.height
        _check_size(width, height)
        dirty = Rect(header.dirty_x, header.dirty_y, header.dirty_width, header.dirty_height)
        if header.pixel_format not in (PixelFormat.ARGB, PixelFormat.BGRA):
            raise SegmentError(f"pixel format {header.pixel_format} is unknown")
        return Frame(
            index=header.frame_count,
            skipped=self._skipped(header),
            slot=header.ready_index,
            width=width,
            height=height,
            pixel_format=PixelFormat(header.pixel_format),
            dirty=_checked_dirty(dirty, width, height),
            cursor_x=header.cursor_x,
            cursor_y=header.cursor_y,
            cursor_visible=bool(header.cursor_visible),
            timestamp_us=header.timestamp_us,
            ping=self._segment.read_ping(),
            pixels=self._segment.pixels(header.ready_index)[:height, :width],
        )

    def _skipped(self, header: _Header) -> int:
        if self._returned is None:
            return header.frame_count
        index, timestamp_us = self._returned
        if header.frame_count == index + 1:
            # The same timestamp on two frames: the first was read while the fields of the second were being
            # stored, so its dirty rectangle was already the second's, and the first one's is unknown.
            return int(header.timestamp_us == timestamp_us)
        if header.frame_count < index:
            return 1  # the emulator has started to count again
        return max(header.frame_count - index - 1, 0)


def _check_size(width: int, height: int) -> None:
    if not (1 <= width <= MAX_WIDTH and 1 <= height <= MAX_HEIGHT):
        raise SegmentError(f"a picture of {width}x{height} is not between 1x1 and {MAX_WIDTH}x{MAX_HEIGHT}")


def _checked_dirty(dirty: Rect, width: int, height: int) -> Rect:
    """Return the rectangle, EMPTY for any empty one. Raises SegmentError if it exceeds the picture."""
    if not dirty.width or not dirty.height:
        return EMPTY
    if min(dirty) < 0 or dirty.right > width or dirty.bottom > height:
        raise SegmentError(f"the dirty rectangle {tuple(dirty)} exceeds a picture of {width}x{height}")
    return dirty
