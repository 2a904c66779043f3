"""From the display to the contract's frames: when something changed, no more often than a screen would."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from moof.bridge.windows import clip
from moof.bridge.x_display import PointerStyle, XDisplay
from moof.ipc import MAX_HEIGHT, MAX_WIDTH, FramePublisher, PingEchoes, Rect, StaleAreas
from moof.media.difference import changed_box

FRAMES_PER_SECOND: Final = 60
_PERIOD: Final = 1 / FRAMES_PER_SECOND


@dataclass(slots=True)
class FramePacing:
    """At most sixty frames a second on average; one after a pause goes out at once.

    A frame may come half a period early, so that a program whose own sixty hertz wobbles against ours loses
    none.
    """

    _due: float = 0.0

    def delay(self, now: float) -> float:
        """Return the seconds until the next frame may go out, 0 for now."""
        return max(0.0, self._due - now)

    def passed(self, now: float) -> None:
        """Count a frame, or a look at the picture that found none."""
        self._due = max(self._due, now - _PERIOD / 2) + _PERIOD


_OPAQUE = np.uint32(0xFF000000)


class WindowImage:
    """What was seen last of the window: uint32 (height, width), blue in the low byte, alpha meaningless."""

    def __init__(self, framebuffer: NDArray[np.uint32]) -> None:
        """Look at that framebuffer, uint32 (height, width), which somebody else draws into."""
        self._framebuffer = framebuffer
        self._place = Rect(0, 0, 0, 0)
        self._seen = np.zeros((0, 0), np.uint32)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels; 0 before there is a window."""
        return self._place.width, self._place.height

    @property
    def place(self) -> Rect:
        """Where on the display the picture is."""
        return self._place

    def take(self, place: Rect, drawn: Rect) -> Rect | None:
        """Look again at the window at `place`, where `drawn` (on the display) may have changed.

        Returns the exact box of the pixels that changed, in the picture; the whole of it when the window has
        another size; None when nothing did.
        """
        live = self._framebuffer[place.y : place.y + place.height, place.x : place.x + place.width]
        if live.shape != self._seen.shape:
            self._place, self._seen = place, live.copy()
            return Rect(0, 0, place.width, place.height)
        if place != self._place:
            self._place = drawn = place
        x, y, width, height = clip(
            Rect(drawn.x - place.x, drawn.y - place.y, drawn.width, drawn.height), place.width, place.height
        )
        box = changed_box(live, self._seen, (x, y, width, height)) if width and height else None
        if box is None:
            return None
        area = _area(Rect(*box))
        np.copyto(self._seen[area], live[area])
        return Rect(*box)

    def copy_to(self, slot: NDArray[np.uint8], box: Rect) -> None:
        """Copy a box of what was seen, opaque, into a frame slot, uint8 (1080, 1920, 4)."""
        area = _area(box)
        np.bitwise_or(self._seen[area], _OPAQUE, out=slot.view(np.uint32)[:, :, 0][area])


def _area(box: Rect) -> tuple[slice, slice]:
    return slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)


NOTHING = Rect(0, 0, 0, 0)


class WindowPublisher:
    """Publishes the program's window. All methods belong to the event loop.

    `pointer` is where the program's pointer is, in the picture.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        screen: XDisplay,
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
        self._picture = WindowImage(framebuffer)
        self._publisher = publisher
        self._pings = pings
        self._pacing = FramePacing()
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
