"""From the display to the contract's frames: when something changed, no more often than a screen would."""

import asyncio
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from moof.bridge.cursor import PointerStyle
from moof.bridge.pacing import Pacing
from moof.bridge.picture import Picture
from moof.bridge.screen import Screen
from moof.bridge.windows import clip
from moof.ipc import MAX_HEIGHT, MAX_WIDTH, FramePublisher, PingEchoes, Rect, StaleAreas

NOTHING = Rect(0, 0, 0, 0)


class Frames:
    """Publishes the program's window. All methods belong to the event loop.

    `pointer` is where the program's pointer is, in the picture.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        screen: Screen,
        framebuffer: NDArray[np.uint32],
        publisher: FramePublisher,
        pings: PingEchoes,
    ) -> None:
        self.pointer = (0, 0)
        self.on_frame: Callable[[], None] = lambda: None
        """Called after each published frame."""
        self.on_due: Callable[[], None] = self.look
        """Called when a frame that had to wait may go out; it should call `look`."""
        self._loop = loop
        self._screen = screen
        self._picture = Picture(framebuffer)
        self._publisher = publisher
        self._pings = pings
        self._pacing = Pacing()
        self._stale = StaleAreas()
        self._cursor = (0, 0, False)
        self._timer: asyncio.TimerHandle | None = None
        self._stopped = False

    @property
    def place(self) -> Rect:
        """Where on the display the shown window is; empty before there is one."""
        return self._picture.place

    def look(self) -> None:
        """Publish a frame if there is anything new: now, or as soon as one may follow the last."""
        if self._timer is not None or self._stopped:
            return
        delay = self._pacing.delay(time.monotonic())
        if delay:
            self._timer = self._loop.call_later(delay, self._delay_passed)
        else:
            self._compose()

    def stop(self) -> None:
        """Publish nothing more."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()

    def _delay_passed(self) -> None:
        self._timer = None
        self.on_due()

    def _compose(self) -> None:
        """Look at the window and publish what changed, or who waits for a frame."""
        drawn = NOTHING
        if self._screen.damaged:
            drawn = self._screen.take_damage()
            # A program that draws all the time, even if always the same, is looked at no more often.
            self._pacing.passed(time.monotonic())
        self._screen.process_events()  # what came with the answer
        window = self._screen.main_window()
        box = self._take(window.place, drawn) if window else None
        if self._publisher.whole_due and not self._stale.empty:
            box = Rect(0, 0, *self._picture.size)
        if box is not None or (self._is_due() and not self._stale.empty):
            self._publish(box or NOTHING)
            if not drawn.width:
                self._pacing.passed(time.monotonic())
        if self._screen.damaged or (self._pings.pending and not self._stale.empty):
            self.look()

    def _take(self, place: Rect, drawn: Rect) -> Rect | None:
        place = clip(place, self._screen.width, self._screen.height)
        place = place._replace(width=min(place.width, MAX_WIDTH), height=min(place.height, MAX_HEIGHT))
        return self._picture.take(place, drawn) if place.width and place.height else None

    def _is_due(self) -> bool:
        return self._pings.pending or self._cursor_now() != self._cursor

    def _cursor_now(self) -> tuple[int, int, bool]:
        return (*self.pointer, self._screen.style is not PointerStyle.DESKTOP)

    def _publish(self, box: Rect) -> None:
        width, height = self._picture.size
        self._picture.copy_to(self._publisher.begin(), self._stale.next_slot(box, width, height))
        self._cursor = self._cursor_now()
        now_us = time.time_ns() // 1000
        self._publisher.publish(width, height, box, self._cursor, now_us, self._pings.next_echo(now_us))
        self.on_frame()
