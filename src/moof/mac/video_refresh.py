"""The "video-refresh" thread: publishes what changed in the guest's framebuffer, 60 times a second.

Once a second it stores the mouse latency, which other threads measure, in the segment.
"""

import time
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from moof.geometry import EMPTY, Rect
from moof.ipc import FramePublisher, MouseLatency, PingEchoes, Segment, StaleAreas
from moof.mac.activity import Activity, RestListener
from moof.mac.board import SCREEN_SEQUENCE, Board
from moof.mac.memory import FRAMEBUFFER_BYTES
from moof.mac.threads import MacThread, ThreadListener
from moof.mac.video_card import VideoCard, VideoMode
from moof.media.depth import update_bgra
from moof.media.difference import changed_rows

FRAMES_PER_SECOND: Final = 60
DRAWING_WAIT: Final = 0.004  # seconds that a refresh waits for the guest to finish drawing
DRAWING_POLL: Final = 0.000_25
MAX_WAITS: Final = 15  # refreshes without a capture, after which a half-drawn frame is published


class FrameGrabber:
    """Copies and converts the framebuffer, and finds what changed.

    `pixels` is the last capture: uint32 (height, width), blue in the low byte, alpha 0xFF. It is a view of a
    block that is reused, so only the thread that calls `grab` may read it.
    """

    def __init__(self, video: VideoCard) -> None:
        self._video = video
        self._raw_block = np.zeros(FRAMEBUFFER_BYTES, dtype=np.uint8)
        self._pixel_block = np.zeros(FRAMEBUFFER_BYTES // 4, dtype=np.uint32)
        self._mode_version = -1
        self._clut_version = -1
        self._lay_out(video.mode)

    def _lay_out(self, mode: VideoMode) -> None:
        self.mode = mode
        self._raw = self._raw_block[: mode.row_bytes * mode.height].reshape(mode.height, mode.row_bytes)
        pixels = self._pixel_block[: mode.width * mode.height].reshape(mode.height, mode.width)
        self.pixels: NDArray[np.uint32] = pixels

    @property
    def is_current_mode(self) -> bool:
        """Whether the last capture is of the card's current mode."""
        return self._mode_version == self._video.mode_version

    def grab(self, sequence: Callable[[], int]) -> Rect:
        """Capture the framebuffer; return the exact rectangle of the pixels that changed, which may be empty.

        `sequence` reads ScreenSequence. If it changes while the framebuffer is copied, the changed rows are
        copied again, once: a guest that draws all the time must be captured, too.
        """
        mode_changed = not self.is_current_mode
        if mode_changed:
            self._mode_version = self._video.mode_version
            self._lay_out(self._video.mode)
        before = sequence()
        rows = self._copy_changes()
        if sequence() != before:
            rows = _span(rows, self._copy_changes())
        clut, clut_version = self._video.clut, self._video.clut_version
        if mode_changed or clut_version != self._clut_version:
            self._clut_version = clut_version
            rows = (0, self.mode.height)
        changed = update_bgra(self._raw, self.mode.depth, clut, self.pixels, rows) if rows else EMPTY
        if not self.is_current_mode:
            return EMPTY  # the guest has switched modes meanwhile: the copy is of neither mode
        return Rect.whole(self.mode.width, self.mode.height) if mode_changed else changed

    def _copy_changes(self) -> tuple[int, int] | None:
        """Update the copy of the framebuffer; return the rows copied: first, and one past the last."""
        live = self._video.framebuffer(self.mode)
        rows = changed_rows(live, self._raw)
        if rows:
            self._raw[slice(*rows)] = live[slice(*rows)]
        return rows


def _span(a: tuple[int, int] | None, b: tuple[int, int] | None) -> tuple[int, int] | None:
    if a is None or b is None:
        return a or b
    return min(a[0], b[0]), max(a[1], b[1])


class FrameComposer:
    """One refresh: captures the framebuffer and, if it changed, fills a frame slot and publishes it.

    A slot has the contents of three frames ago, so it is filled with what changed in the last three frames,
    this one included.
    """

    def __init__(self, board: Board, publisher: FramePublisher, pings: PingEchoes) -> None:
        self._board = board
        self._publisher = publisher
        self._pings = pings
        self._grabber = FrameGrabber(board.video)
        self._stale = StaleAreas()
        self._cursor = (0, 0, False)

    @property
    def is_current_mode(self) -> bool:
        """Whether the last capture is of the card's current mode."""
        return self._grabber.is_current_mode

    def sequence(self) -> int:
        """Return the guest's ScreenSequence: odd while it draws."""
        return self._board.memory.read32(SCREEN_SEQUENCE)

    def refresh(self) -> bool:
        """Capture, and publish a frame if anything changed; return whether a frame was published."""
        changed = self._grabber.grab(self.sequence)
        if not changed.is_empty:
            self._board.activity.note(time.monotonic())
        if self._publisher.whole_due and self._grabber.is_current_mode:
            changed = Rect.whole(self._grabber.mode.width, self._grabber.mode.height)
        if changed.is_empty and not self._is_due():
            return False
        self._publish(changed)
        return True

    def repeat(self) -> bool:
        """Publish the last capture again if a ping, a moved cursor or a second's end is due; as `refresh`."""
        if self._stale.empty or not self._is_due():
            return False
        self._publish(EMPTY)
        return True

    def _is_due(self) -> bool:
        moved = self._board.video.cursor != self._cursor
        return moved or self._pings.pending or self._publisher.is_repeat_due(time.time_ns() // 1000)

    def _publish(self, dirty: Rect) -> None:
        self._cursor = self._board.video.cursor
        mode = self._grabber.mode
        self._fill(self._stale.next_slot(dirty, mode.width, mode.height))
        now_us = time.time_ns() // 1000
        echo = self._pings.next_echo(now_us)
        self._publisher.publish(mode.width, mode.height, dirty, self._cursor, now_us, echo)

    def _fill(self, rect: Rect) -> None:
        """Copy a part of the capture into the slot."""
        slot = self._publisher.begin().view(np.uint32)[:, :, 0]
        slot[rect.slices] = self._grabber.pixels[rect.slices]


class VideoRefresh(MacThread, RestListener):
    """Calls the composer at absolute deadlines, at rest at each third; a missed deadline is skipped."""

    def __init__(
        self,
        composer: FrameComposer,
        segment: Segment,
        latency: MouseLatency,
        activity: Activity,
        listener: ThreadListener,
    ) -> None:
        super().__init__("video-refresh", listener)
        self._activity = activity
        activity.add_listener(self)
        self._composer = composer
        self._segment = segment
        self._latency = latency
        self._waited = 0

    def rest_ended(self) -> None:
        """Refresh now, and at each deadline from now on (RestListener)."""
        self.wakeup.set()

    def run(self) -> None:
        """Refresh at each sixtieth of a second, until the thread ends."""
        start = time.monotonic()
        while not self.ending:
            self._refresh()
            self._report_latency()
            now = time.monotonic()
            due = int((now - start) * FRAMES_PER_SECOND) + self._activity.steps(now)
            self.wakeup.wait(start + due / FRAMES_PER_SECOND - time.monotonic())

    def _refresh(self) -> None:
        if self._wait_for_drawing() or (self._waited >= MAX_WAITS and self._composer.is_current_mode):
            self._waited = 0
            self._composer.refresh()
        else:
            # The first frame after a change of mode must not be half-drawn.
            self._waited += 1
            self._composer.repeat()

    def _report_latency(self) -> None:
        report = self._latency.report(time.time_ns() // 1_000_000)
        if report is not None:
            self._segment.mouse_latency = report

    def _wait_for_drawing(self) -> bool:
        """Wait up to DRAWING_WAIT until the guest does not draw; return whether that is so."""
        deadline = time.monotonic() + DRAWING_WAIT
        while self._composer.sequence() & 1:
            if time.monotonic() >= deadline or self.ending:
                return False
            time.sleep(DRAWING_POLL)
        return True
