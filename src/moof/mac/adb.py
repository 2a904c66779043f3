"""The Apple Desktop Bus (ADB) with one keyboard and one mouse with three buttons and a wheel.

The bus queues events until the guest reads them. Codes are ADB key codes, 0 to 127 ("Guide to the Macintosh
Family Hardware", second edition, figure 8-10).
"""

import logging
import threading
from collections import deque
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final, Protocol

from moof.mac.cpu import Interrupt, Interrupts

LOG: Final = logging.getLogger(__name__)

QUEUE_LIMIT: Final = 1024

# Bits of the event record's `modifiers` field ("Inside Macintosh: Macintosh Toolbox Essentials", 2-20), by
# key code. The codes from 0x7B on are the right-hand keys; a Macintosh sets the same bits for them as for
# the left-hand keys.
MODIFIER_BITS: Final = {
    0x37: 0x0100,  # command
    0x38: 0x0200,  # shift
    0x7B: 0x0200,
    0x39: 0x0400,  # caps lock; on an ADB keyboard it stays down while it is on
    0x3A: 0x0800,  # option
    0x7C: 0x0800,
    0x36: 0x1000,  # control
    0x7D: 0x1000,
}


class EventKind(IntEnum):
    """Kinds of event, as ADB_READ returns them in D0."""

    NONE = 0
    KEY_DOWN = 1
    KEY_UP = 2
    MOUSE_ABSOLUTE = 3
    MOUSE_RELATIVE = 4
    WHEEL = 5
    KEYBOARD_LAYOUT = 6
    SCREEN_SIZE = 7
    READ_SCREEN = 8


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """A key that went down or up; `modifiers` are the bits after this event."""

    code: int
    down: bool
    modifiers: int


@dataclass(frozen=True, slots=True)
class MouseEvent:
    """The mouse's position (absolute, pixels) or motion (relative), and the buttons that are down.

    `buttons`: 1 left, 2 right, 4 middle.
    """

    x: int
    y: int
    buttons: int
    absolute: bool


@dataclass(frozen=True, slots=True)
class WheelEvent:
    """How far a wheel or trackpad scrolled, in pixels: right and down are positive."""

    dx: int
    dy: int


@dataclass(frozen=True, slots=True)
class LayoutEvent:
    """The host asks for the keyboard layout of this number (`keyboard_layout`)."""

    index: int


@dataclass(frozen=True, slots=True)
class ScreenSizeEvent:
    """The host asks for a screen of this size in pixels, one that the video card has (`screen_size`)."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ReadScreenEvent:
    """The host asks the guest to describe its screen from now on, or not any more."""

    wanted: bool


AdbEvent = KeyEvent | MouseEvent | WheelEvent | LayoutEvent | ScreenSizeEvent | ReadScreenEvent


@dataclass(frozen=True, slots=True)
class AdbState:
    """The events that wait, the keys and buttons that are down, and whether a move may be merged."""

    events: tuple[AdbEvent, ...] = ()
    down: frozenset[int] = frozenset()
    buttons: int = 0
    ends_in_move: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for what the bus cannot hold."""
        if len(self.events) > QUEUE_LIMIT or not all(0 <= code <= 127 for code in self.down):
            raise ValueError("the keyboard and the mouse are in no possible state")


class KeyReadListener(Protocol):
    """Is told when the guest reads keys."""

    def key_read(self) -> None:
        """Note that fewer keys are queued; called on the thread that reads, so it must not block."""


class AdbListener(Protocol):
    """Follows what reaches the bus. Called on the thread that uses it, in order: it must not block."""

    def event_added(self, event: AdbEvent) -> None:
        """Take an event; a move is told as it was made, though the bus may merge it with another one."""

    def bus_reset(self) -> None:
        """Note that the Mac starts from ROM."""

    def bus_restored(self) -> None:
        """Note that the Mac goes on from another state."""


class Adb:
    """The bus's event queue: any thread adds events, the 68k's thread reads them.

    The queue holds at most QUEUE_LIMIT events. A move is merged with a move at the end of the queue, likewise
    the wheel, so these never accumulate; keys and buttons are kept in order and, as long as the guest reads,
    never lost.
    The interrupt ADB is posted (outside the lock) when there is an event to read.
    """

    def __init__(self, interrupts: Interrupts) -> None:
        self._interrupts = interrupts
        self._lock = threading.Lock()
        self._queue: deque[AdbEvent] = deque()
        self._down: set[int] = set()
        self._buttons = 0
        self._ends_in_move = False
        self._complained = False
        self.presses = 0
        """How often a key or a button has gone down."""
        self._key_listeners: tuple[KeyReadListener, ...] = ()
        self._listener: AdbListener | None = None

    def set_listener(self, listener: AdbListener) -> None:
        """Tell `listener` what reaches the bus from now on."""
        self._listener = listener

    def add_key_listener(self, listener: KeyReadListener) -> None:
        """Tell `listener` of each key that the guest reads from now on."""
        self._key_listeners = (*self._key_listeners, listener)

    def key(self, code: int, down: bool) -> None:
        """Queue a key that went down or up. Raises ValueError for a code outside 0 to 127."""
        if not 0 <= code <= 127:
            raise ValueError(f"ADB key codes are 0 to 127, not {code}")
        with self._lock:
            moved = self._move_key(code, down)
        if moved:
            self._interrupts.post(Interrupt.ADB)

    def mouse(self, x: int, y: int, buttons: int, absolute: bool) -> None:
        """Queue a move of the mouse, a change of its buttons, or both."""
        with self._lock:
            if not absolute and x == y == 0 and buttons == self._buttons:
                return
            self.presses += buttons & ~self._buttons != 0
            move = MouseEvent(x, y, buttons, absolute)
            self._tell(move)
            if not self._join_move(move):
                self._put(move)
                # The position of a press or release must not change: later moves are not merged into it.
                self._ends_in_move = buttons == self._buttons
            self._buttons = buttons
        self._interrupts.post(Interrupt.ADB)

    def wheel(self, dx: int, dy: int) -> None:
        """Queue a turn of the wheel in pixels, right and down positive, clamped to signed 16 bits."""
        if dx == dy == 0:
            return
        with self._lock:
            turn = WheelEvent(_clamp16(dx), _clamp16(dy))
            self._tell(turn)
            last = self._queue[-1] if self._queue else None
            if isinstance(last, WheelEvent):
                self._queue[-1] = WheelEvent(_clamp16(last.dx + dx), _clamp16(last.dy + dy))
            else:
                self._put(turn)
        self._interrupts.post(Interrupt.ADB)

    def request_layout(self, index: int) -> None:
        """Queue a request for a keyboard layout: the keys before it are typed in the present one."""
        with self._lock:
            self._add(LayoutEvent(index))
        self._interrupts.post(Interrupt.ADB)

    def request_size(self, width: int, height: int) -> None:
        """Queue a request for a screen size, in place of one that is the newest event."""
        with self._lock:
            if self._queue and isinstance(self._queue[-1], ScreenSizeEvent):
                self._queue.pop()
            self._add(ScreenSizeEvent(width, height))
            self._ends_in_move = False
        self._interrupts.post(Interrupt.ADB)

    def request_reading(self, wanted: bool) -> None:
        """Queue the wish for descriptions of the screen."""
        with self._lock:
            self._add(ReadScreenEvent(wanted))
            self._ends_in_move = False
        self._interrupts.post(Interrupt.ADB)

    @property
    def unread_keys(self) -> int:
        """How many presses and releases of keys are in the queue."""
        with self._lock:
            return sum(isinstance(event, KeyEvent) for event in self._queue)

    def read(self) -> AdbEvent | None:
        """Remove and return the oldest event, or None if the queue is empty."""
        with self._lock:
            event = self._queue.popleft() if self._queue else None
        if isinstance(event, KeyEvent):
            self._report_read()
        return event

    def release_all(self) -> None:
        """Release every key and button, because the client that held them has disconnected."""
        with self._lock:
            held = sorted(self._down)
            for code in held:
                self._move_key(code, False)
            pressed = self._buttons
            if pressed:
                self._add(MouseEvent(0, 0, 0, absolute=False))
                self._buttons, self._ends_in_move = 0, False
        if held or pressed:
            self._interrupts.post(Interrupt.ADB)

    def reset(self) -> None:
        """Clear the queue, the held keys and the buttons, as at a reset."""
        with self._lock:
            self._queue.clear()
            self._down.clear()
            self._buttons = 0
            if self._listener is not None:
                self._listener.bus_reset()
        self._report_read()

    def save(self) -> AdbState:
        """Return the state of the bus."""
        with self._lock:
            return AdbState(tuple(self._queue), frozenset(self._down), self._buttons, self._ends_in_move)

    def restore(self, state: AdbState) -> None:
        """Continue with what `save` returned."""
        with self._lock:
            self._queue = deque(state.events)
            self._down = set(state.down)
            self._buttons, self._ends_in_move = state.buttons, state.ends_in_move
            if self._listener is not None:
                self._listener.bus_restored()
        self._report_read()

    def _report_read(self) -> None:
        for listener in self._key_listeners:
            listener.key_read()

    def _move_key(self, code: int, down: bool) -> bool:
        # A browser repeats held keys; an ADB keyboard does not (the Mac does that): only changes are queued.
        if down == (code in self._down):
            return False
        (self._down.add if down else self._down.discard)(code)
        self.presses += down
        self._add(KeyEvent(code, down, self._modifiers()))
        self._ends_in_move = False
        return True

    def _modifiers(self) -> int:
        bits = 0
        for code in self._down:
            bits |= MODIFIER_BITS.get(code, 0)
        return bits

    def _join_move(self, move: MouseEvent) -> bool:
        """Merge a move into the last event of the queue, if that is a move of the same kind."""
        last = self._queue[-1] if self._queue else None
        if not self._ends_in_move or not isinstance(last, MouseEvent):
            return False
        if (last.absolute, last.buttons) != (move.absolute, move.buttons):
            return False
        if not move.absolute:
            move = replace(move, x=_clamp16(last.x + move.x), y=_clamp16(last.y + move.y))
        self._queue[-1] = move
        return True

    def _add(self, event: AdbEvent) -> None:
        self._tell(event)
        self._put(event)

    def _tell(self, event: AdbEvent) -> None:
        if self._listener is not None:
            self._listener.event_added(event)

    def _put(self, event: AdbEvent) -> None:
        if len(self._queue) < QUEUE_LIMIT:
            self._queue.append(event)
        elif not self._complained:
            self._complained = True
            LOG.warning("The Mac does not read its keyboard and mouse; input is dropped from now on.")


def _clamp16(value: int) -> int:
    return max(-0x8000, min(0x7FFF, value))
