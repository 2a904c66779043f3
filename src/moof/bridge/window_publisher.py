"""Publishes the program's window as frames of the contract, when something changed and at most at 75 Hz."""

import asyncio
import time
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from moof.bridge.program_answers import ProgramAnswers
from moof.bridge.x_display import PointerStyle, XDisplay
from moof.geometry import EMPTY, Rect
from moof.ipc import MAX_HEIGHT, MAX_WIDTH, REPEAT_US, FramePublisher, PingEchoes
from moof.ipc.contract import FRAME_SLOTS
from moof.media.changed_blocks import BlockVersions, copy_blocks, copy_changes

FRAMES_PER_SECOND: Final = 75
"""The limit for programs that draw without one. It is well above the rates of screens that programs keep to:
at 60, a Mac's 60.15 Hz used up the limit, and nearly every second frame waited for up to 8 ms."""
_PERIOD: Final = 1 / FRAMES_PER_SECOND
_REPEAT_SECONDS: Final = REPEAT_US / 1_000_000
_OPAQUE: Final = 0xFF000000


@dataclass(slots=True)
class FramePacing:
    """Limits the rate of frames on average; one after a pause is allowed at once. `now` is in seconds.

    A frame may come a whole period early: so neither a program whose own period jitters waits, nor the change
    that follows a frame which only answers a ping.
    """

    _due: float = 0.0

    def delay(self, now: float) -> float:
        """Return the seconds until the next frame may be published, 0 for now."""
        return max(0.0, self._due - now)

    def passed(self, now: float) -> None:
        """Count a frame, or a comparison that found no change."""
        self._due = max(self._due, now - _PERIOD) + _PERIOD


class WindowImage:
    """A copy of the window's pixels as they were last read, to compare with. Arrays only, no I/O.

    The copy is uint32 (height, width), blue in the low byte, the high byte without meaning.
    """

    def __init__(self, framebuffer: NDArray[np.uint32]) -> None:
        """Read from that framebuffer, uint32 (height, width), which the X server draws into."""
        self._framebuffer = framebuffer
        self._place = EMPTY
        self._seen = np.zeros((0, 0), np.uint32)
        self._blocks = BlockVersions(0, 0)
        self._in_slots = [0] * FRAME_SLOTS
        """The version of the copy that each slot has."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels; 0 before there is a window."""
        return self._place.width, self._place.height

    @property
    def place(self) -> Rect:
        """The window's rectangle on the display."""
        return self._place

    def pixels(self) -> NDArray[np.uint32]:
        """Return a copy of what was read last, uint32 (height, width)."""
        return self._seen.copy()

    def update(self, place: Rect, drawn: Rect) -> Rect:
        """Read the window at `place` again, where `drawn` (on the display) may have changed.

        Returns the exact rectangle of the pixels that changed, in the window; the whole window when its size
        has changed.
        """
        live = self._framebuffer[place.slices]
        if live.shape != self._seen.shape:
            self._place, self._seen = place, live.copy()
            self._blocks = BlockVersions(place.width, place.height, self._blocks.version + 1)
            return Rect.whole(place.width, place.height)
        if place != self._place:
            self._place = drawn = place
        return copy_changes(live, self._seen, self._blocks, drawn.moved(-place.x, -place.y))

    def distrust_slots(self) -> None:
        """Copy everything into each slot again: another process may have written there."""
        self._blocks.change_all()

    def copy_to(self, slot: NDArray[np.uint8], number: int) -> None:
        """Copy the window, opaque, into a frame slot, uint8 (1080, 1920, 4): what that slot, 0..2, lacks."""
        width, height = self.size
        missing = self._blocks.changed_since(self._in_slots[number])
        copy_blocks(self._seen, slot[:height, :width], missing, _OPAQUE)
        self._in_slots[number] = self._blocks.version


class WindowListener(Protocol):
    """Is informed of frames."""

    def frame_due(self) -> None:
        """Process the display's events and call `WindowPublisher.update`: a delayed frame is due."""

    def frame_published(self) -> None:
        """Handle the publication of a frame."""


class WindowPublisher:
    """Publishes the program's window. All methods belong to the event loop.

    `pointer` is the position of the program's pointer in the window.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        display: XDisplay,
        framebuffer: NDArray[np.uint32],
        publisher: FramePublisher,
        pings: PingEchoes,
        answers: ProgramAnswers,
        listener: WindowListener,
    ) -> None:
        self.pointer = (0, 0)
        self._listener = listener
        self._loop = loop
        self._display = display
        self._image = WindowImage(framebuffer)
        self._publisher = publisher
        self._pings = pings
        self._answers = answers
        self._pacing = FramePacing()
        self._cursor = (0, 0, False)
        self._timer: asyncio.TimerHandle | None = None
        self._repeater: asyncio.TimerHandle | None = None
        self._stopped = False

    @property
    def place(self) -> Rect:
        """The shown window's rectangle on the display; empty before there is one."""
        return self._image.place

    def pixels(self) -> NDArray[np.uint32]:
        """Return a copy of the window as it was published last, uint32 (height, width)."""
        return self._image.pixels()

    def update(self) -> None:
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
        for timer in (self._timer, self._repeater):
            if timer is not None:
                timer.cancel()

    def _delay_passed(self) -> None:
        self._timer = None
        self._listener.frame_due()

    def _compose(self) -> None:
        """Compare the window and publish a frame if it changed or if a ping or the cursor needs one."""
        drawn = EMPTY
        if self._display.damaged:
            drawn = self._display.take_damage()
            self._answers.drawn()
            # Counted also if nothing changed: a program that redraws the same all the time costs no more.
            self._pacing.passed(time.monotonic())
        self._display.process_events()  # events that came with the reply
        changed = self._read(self._display.picture(), drawn)
        if self._publisher.whole_due and self._publisher.frame_count:
            changed = Rect.whole(*self._image.size)
            self._image.distrust_slots()
        if not changed.is_empty or (self._is_due() and self._publisher.frame_count):
            self._publish(changed)
            if not drawn.width:
                self._pacing.passed(time.monotonic())
        if self._display.damaged or (self._is_ping_due and self._publisher.frame_count):
            self.update()

    def _read(self, place: Rect, drawn: Rect) -> Rect:
        place = place.clip(self._display.width, self._display.height)
        place = place._replace(width=min(place.width, MAX_WIDTH), height=min(place.height, MAX_HEIGHT))
        return EMPTY if place.is_empty else self._image.update(place, drawn)

    @property
    def _is_ping_due(self) -> bool:
        return self._pings.pending and not self._answers.is_silent

    def _is_due(self) -> bool:
        """Return whether an unchanged frame is due, which tells the server that the program works."""
        if self._answers.is_silent:
            return False
        moved = self._cursor_now() != self._cursor
        return moved or self._pings.pending or self._publisher.is_repeat_due(time.time_ns() // 1000)

    def _cursor_now(self) -> tuple[int, int, bool]:
        return (*self.pointer, self._display.style is not PointerStyle.DESKTOP)

    def _publish(self, dirty: Rect) -> None:
        width, height = self._image.size
        self._image.copy_to(self._publisher.begin(), self._publisher.slot)
        self._cursor = self._cursor_now()
        now_us = time.time_ns() // 1000
        self._publisher.publish(width, height, dirty, self._cursor, now_us, self._pings.next_echo(now_us))
        self._repeater = self._repeater or self._loop.call_later(_REPEAT_SECONDS, self._repeat)
        self._listener.frame_published()

    def _repeat(self) -> None:
        """Once a second, publish the frame again if no other has come (FramePublisher.is_repeat_due)."""
        self._repeater = self._loop.call_later(_REPEAT_SECONDS, self._repeat)
        self._listener.frame_due()
        self._answers.second_passed()
