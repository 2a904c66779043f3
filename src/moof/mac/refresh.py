"""The "video-refresh" thread: 60 times a second from the guest's framebuffer to the contract's frames."""

import time
from collections.abc import Callable
from typing import Final

import numpy as np

from moof.ipc import FramePublisher, PingEchoes, Rect, StaleAreas
from moof.mac.board import SCREEN_SEQUENCE, Board
from moof.mac.screen import NOTHING, Box, Screen
from moof.mac.thread import MacThread

FRAMES_PER_SECOND: Final = 60
DRAWING_WAIT: Final = 0.004  # seconds that a refresh waits for the guest to finish drawing
DRAWING_POLL: Final = 0.000_25
PATIENCE: Final = 15  # refreshes without a picture after which a half-drawn one is better than none


class FrameComposer:
    """What one refresh does: take the picture, decide whether it is worth a frame, fill the slot, publish.

    A slot holds what it got three publishes ago, so it needs what changed in the last three frames, this one
    included.
    """

    def __init__(self, board: Board, publisher: FramePublisher, pings: PingEchoes) -> None:
        self._board = board
        self._publisher = publisher
        self._pings = pings
        self._screen = Screen(board.video)
        self._stale = StaleAreas()
        self._cursor = (0, 0, False)

    @property
    def is_current_mode(self) -> bool:
        """Whether the last picture was of the mode the card is in now."""
        return self._screen.is_current_mode

    def sequence(self) -> int:
        """The guest's count of drawings begun and ended: odd while it draws."""
        return self._board.memory.read32(SCREEN_SEQUENCE)

    def refresh(self) -> bool:
        """Take a picture and publish it if it differs from the last one; says whether a frame went out."""
        box = self._screen.take(self.sequence)
        if self._publisher.whole_due and self._screen.is_current_mode:
            box = (0, 0, self._screen.mode.width, self._screen.mode.height)
        if box is None and not self._is_due():
            return False
        self._publish(box or NOTHING)
        return True

    def repeat(self) -> bool:
        """Publish the last picture again if somebody waits for a frame, whatever is on the screen."""
        if self._stale.empty or not self._is_due():
            return False
        self._publish(NOTHING)
        return True

    def _is_due(self) -> bool:
        return self._pings.pending or self._board.video.cursor != self._cursor

    def _publish(self, box: Box) -> None:
        self._cursor = self._board.video.cursor
        mode = self._screen.mode
        self._fill(self._stale.next_slot(Rect(*box), mode.width, mode.height))
        now_us = time.time_ns() // 1000
        echo = self._pings.next_echo(now_us)
        self._publisher.publish(mode.width, mode.height, box, self._cursor, now_us, echo)

    def _fill(self, box: Box) -> None:
        """Copy a box of the picture into the slot."""
        x, y, width, height = box
        rows, columns = slice(y, y + height), slice(x, x + width)
        slot = self._publisher.begin().view(np.uint32)[:, :, 0]
        slot[rows, columns] = self._screen.pixels[rows, columns]


class Refresh(MacThread):
    """Calls the composer on absolute deadlines; one that was missed is left out, never made up for."""

    def __init__(
        self, composer: FrameComposer, on_frame: Callable[[], None], on_failure: Callable[[], None]
    ) -> None:
        super().__init__("video-refresh", on_failure)
        self._composer = composer
        self._on_frame = on_frame
        self._waited = 0

    def run(self) -> None:
        """Refresh at each sixtieth of a second."""
        start = time.monotonic()
        while not self.ending:
            self._refresh()
            self._on_frame()
            due = int((time.monotonic() - start) * FRAMES_PER_SECOND) + 1
            self.wakeup.wait(start + due / FRAMES_PER_SECOND - time.monotonic())

    def _refresh(self) -> None:
        if self._settles() or (self._waited >= PATIENCE and self._composer.is_current_mode):
            self._waited = 0
            self._composer.refresh()
        else:
            # Nothing but a whole picture may follow a change of mode.
            self._waited += 1
            self._composer.repeat()

    def _settles(self) -> bool:
        """Wait a little for the guest to end what it draws."""
        deadline = time.monotonic() + DRAWING_WAIT
        while self._composer.sequence() & 1:
            if time.monotonic() >= deadline or self.ending:
                return False
            time.sleep(DRAWING_POLL)
        return True
