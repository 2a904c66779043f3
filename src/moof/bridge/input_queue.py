"""Queues input for a program in the order of its arrival, and keeps key events apart. Sans-IO.

SDL takes a press of a key that follows its release within 2 ms for the keyboard's repetition and drops the
release (SDL_x11events.c): of several taps in one burst it reports none. X's times are whole milliseconds, and
the X server may process an event later than it was sent: see `key_processed`.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from moof.bridge.pointer import merged
from moof.ipc import Mouse

KEY_SECONDS: Final = 0.004
"""Least seconds between two key events."""
MAX_QUEUED: Final = 256
"""Further presses and clicks are dropped: the last one would leave a second after its arrival."""


@dataclass(frozen=True, slots=True)
class XKeyEvent:
    """Press or release the key with this X key code."""

    code: int
    down: bool


@dataclass(frozen=True, slots=True)
class SetLock:
    """Switch the lock of this X key on or off, by a tap if it is not as wanted."""

    code: int
    on: bool


@dataclass(frozen=True, slots=True)
class WheelClick:
    """Press and release this X button."""

    button: int


QueuedInput = XKeyEvent | SetLock | WheelClick | Mouse


class InputQueue:
    """Input that has not left yet; `now` is in seconds, on any clock that does not go back.

    Bounded: above `MAX_QUEUED`, mouse messages are merged with the last one, and what would only add to the
    input is dropped. Releases of keys are taken always, at most one for each key.
    """

    def __init__(self) -> None:
        self._queue: deque[QueuedInput] = deque()
        self._key_due = 0.0

    def __len__(self) -> int:
        return len(self._queue)

    def add(self, item: QueuedInput) -> bool:
        """Queue `item`; return False if it was dropped."""
        full = len(self._queue) >= MAX_QUEUED
        match item:
            case Mouse():
                self._add_mouse(item, full)
            case SetLock() if full:  # the last one counts
                kept = [queued for queued in self._queue if not isinstance(queued, SetLock)]
                self._queue = deque([*kept, item])
            case XKeyEvent(down=True) | WheelClick() if full:
                return False
            case _:
                self._queue.append(item)
        return True

    def tap(self, code: int) -> None:
        """Press and release a key before all that is queued."""
        self._queue.extendleft([XKeyEvent(code, down=False), XKeyEvent(code, down=True)])

    def keep_releases(self) -> None:
        """Drop all that is queued but releases of keys, and the locks' last state."""
        self._queue = deque(
            item
            for item in self._queue
            if isinstance(item, SetLock) or (isinstance(item, XKeyEvent) and not item.down)
        )

    def next(self, now: float) -> QueuedInput | None:
        """Return what may leave now, None if there is nothing or if it has to wait (see `delay`)."""
        if not self._queue or self.delay(now):
            return None
        item = self._queue.popleft()
        if isinstance(item, XKeyEvent):
            self._key_due = now + KEY_SECONDS
        return item

    def key_processed(self, now: float) -> None:
        """Count the pause before the next key event from `now`: the X server has processed the last one."""
        self._key_due = now + KEY_SECONDS

    def delay(self, now: float) -> float:
        """Return the seconds until `next` returns something; 0 if there is nothing to wait for."""
        if not self._queue or not isinstance(self._queue[0], XKeyEvent):
            return 0.0
        return max(0.0, self._key_due - now)

    def _add_mouse(self, mouse: Mouse, full: bool) -> None:
        last = self._queue[-1] if self._queue else None
        if isinstance(last, Mouse):
            together = merged(last, mouse)
            if together is None and full:
                together = mouse  # its buttons count
            if together is not None:
                self._queue[-1] = together
                return
        self._queue.append(mouse)
