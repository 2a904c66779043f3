"""Converts keys and mouse messages to X events by XTEST. All methods belong to the event loop."""

import asyncio
from collections.abc import Iterable
from typing import Final, Protocol

from moof.bridge.hot_keys import HotKey, HotKeyFilter
from moof.bridge.input_queue import InputQueue, QueuedInput, SetLock, WheelClick, XKeyEvent
from moof.bridge.keycodes import CAPS_LOCK, CapsLock
from moof.bridge.pointer import MouseKind, MoveBy, MoveTo, Pause, Pointer, SetButtons, Step
from moof.bridge.wheel import WheelClicks
from moof.bridge.x_display import XDisplay
from moof.geometry import EMPTY, Rect
from moof.ipc import Key, Mouse

STEP_SECONDS: Final = 0.002
"""Seconds between two movements: programs that poll the mouse would merge or lose them."""
IDLE_SECONDS: Final = 60.0
"""Seconds without a movement after which the pointer's position is determined again."""
# X's event numbers (X.h): released, pressed.
_KEY: Final = (3, 2)
_BUTTON: Final = (5, 4)
_MOTION: Final = 6
_ABSOLUTE, _RELATIVE = 0, 1
_X_BUTTONS: Final = ((1, 1), (2, 3), (4, 2))
"""The contract's bit and X's button number: left, right, middle."""


class PointerListener(Protocol):
    """Is informed of the pointer's position."""

    def pointer_moved(self, position: tuple[int, int]) -> None:
        """Handle the pointer's new position in the window."""


class XTestInput:
    """The keyboard and the mouse of the private display: what arrives leaves in the same order.

    A key event leaves at once, unless another one left within the last 4 ms or the mouse still moves.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        display: XDisplay,
        keycodes: dict[int, int],
        mouse: MouseKind,
        listener: PointerListener,
        swallow: Iterable[HotKey] = (),
        caps_lock: CapsLock = CapsLock.TAP,
    ) -> None:
        self._listener = listener
        self._loop = loop
        self._display = display
        self._keycodes = keycodes
        self._caps_lock = caps_lock
        self._queue = InputQueue()
        self._mouse = mouse
        self._pointer = Pointer(mouse)
        self._window = EMPTY
        self._keys = HotKeyFilter(swallow)
        self._buttons = 0
        self._wheel = WheelClicks()
        self._moved = loop.time()
        self._timer: asyncio.TimerHandle | None = None

    def key(self, key: Key) -> None:
        """Press or release a key; one without an X key code or of a hot key is ignored."""
        code = self._keycodes.get(key.mac_keycode)
        if code is None or not (self._keys.press if key.down else self._keys.release)(code):
            return
        if not self._queue.add(self._event(code, key.down)):
            self._keys.release(code)
        self._send()

    def mouse(self, mouse: Mouse, place: Rect) -> None:
        """Move the mouse in the window at `place`, and press the buttons that the message holds."""
        if (place.x, place.y) != (self._window.x, self._window.y):
            self._pointer.window_moved()
        self._window = place
        self._pointer.resize(place.width, place.height)
        now = self._loop.time()
        if now - self._moved > IDLE_SECONDS and not mouse.buttons:
            self._pointer.invalidate()
        self._moved = now
        (self._queue if self._queue else self._pointer).add(mouse)
        self._send()

    def wheel(self, dx: int, dy: int) -> None:
        """Turn the wheel by so many pixels where the pointer is."""
        for button in self._wheel.turn(dx, dy):
            self._queue.add(WheelClick(button))
        self._send()

    def release_all(self) -> None:
        """Release all keys and buttons, since the server has disconnected."""
        self._queue.keep_releases()
        for code in self._keys.release_all():
            self._queue.add(self._event(code, down=False))
        self._pointer.release()
        self._send()

    def guest_replaced(self) -> None:
        """Determine the pointer's position again before the next movement: it is that of another guest."""
        self._pointer.guest_replaced()

    def stop(self) -> None:
        """Cancel what is left."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _event(self, code: int, down: bool) -> XKeyEvent | SetLock:
        is_lock = code == CAPS_LOCK and self._caps_lock is CapsLock.TAP
        return SetLock(code, down) if is_lock else XKeyEvent(code, down)

    def _send(self) -> None:
        """Send what may leave now, with pauses after relative movements, which the program adds up."""
        if self._timer is not None:
            return
        while (delay := self._send_next()) == 0:
            pass
        if delay is not None:
            self._timer = self._loop.call_later(delay, self._delay_passed)
        self._display.flush()
        self._listener.pointer_moved(self._pointer.position)

    def _send_next(self) -> float | None:
        """Send a step of the mouse, else what is queued; return the seconds to wait, None if all is sent."""
        if (step := self._pointer.next_step()) is not None:
            self._take(step)
            if isinstance(step, Pause):
                return step.seconds
            return STEP_SECONDS if isinstance(step, MoveBy) else 0
        now = self._loop.time()
        if (item := self._queue.next(now)) is not None:
            self._leave(item)
            return 0
        return self._queue.delay(now) or None

    def _delay_passed(self) -> None:
        self._timer = None
        self._send()

    def _leave(self, item: QueuedInput) -> None:
        match item:
            case XKeyEvent(code, down):
                self._display.fake_input(_KEY[down], code)
                if not down:
                    # A busy X server would process this and the next press at once, as a repetition.
                    self._display.wait_until_processed()
                    self._queue.key_processed(self._loop.time())
            case SetLock(code, on):
                if self._display.caps_locked() != on:
                    self._queue.tap(code)
            case WheelClick(button):
                for pressed in (True, False):
                    self._display.fake_input(_BUTTON[pressed], button)
            case Mouse():
                self._pointer.add(item)

    def _take(self, step: Step) -> None:
        match step:
            case MoveTo(x, y):
                self._display.fake_input(_MOTION, _ABSOLUTE, self._window.x + x, self._window.y + y)
            case MoveBy(dx, dy):
                self._display.fake_input(_MOTION, _RELATIVE, dx, dy)
            case SetButtons(held):
                if held & ~self._buttons and self._mouse is MouseKind.ABSOLUTE:
                    x, y = self._pointer.position
                    self._display.select_at(self._window.x + x, self._window.y + y)
                for bit, button in _X_BUTTONS:
                    if (held ^ self._buttons) & bit:
                        self._display.fake_input(_BUTTON[bool(held & bit)], button)
                self._buttons = held
