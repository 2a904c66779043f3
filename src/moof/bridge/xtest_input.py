"""Converts keys and mouse messages to X events by XTEST. All methods belong to the event loop."""

import asyncio
from collections.abc import Iterable
from typing import Final, Protocol

from moof.bridge.hot_keys import HotKey, HotKeyFilter
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
    """The keyboard and the mouse of the private display."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        display: XDisplay,
        keycodes: dict[int, int],
        mouse: MouseKind,
        listener: PointerListener,
        swallow: Iterable[HotKey] = (),
    ) -> None:
        self._listener = listener
        self._loop = loop
        self._display = display
        self._keycodes = keycodes
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
        self._display.fake_input(_KEY[key.down], code)
        self._display.flush()

    def mouse(self, mouse: Mouse, place: Rect) -> None:
        """Move the mouse in the window at `place`, and press the buttons that the message holds."""
        self._window = place
        self._pointer.resize(place.width, place.height)
        now = self._loop.time()
        if now - self._moved > IDLE_SECONDS and not mouse.buttons:
            self._pointer.invalidate()
        self._moved = now
        self._pointer.add(mouse)
        self._take_steps()

    def wheel(self, dx: int, dy: int) -> None:
        """Turn the wheel by so many pixels where the pointer is."""
        for button in self._wheel.turn(dx, dy):
            for pressed in (True, False):
                self._display.fake_input(_BUTTON[pressed], button)
        self._display.flush()

    def release_all(self) -> None:
        """Release all keys and buttons, since the server has disconnected."""
        for code in self._keys.release_all():
            self._display.fake_input(_KEY[False], code)
        self._display.flush()
        self._pointer.release()
        self._take_steps()

    def stop(self) -> None:
        """Cancel the steps that are left."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _take_steps(self) -> None:
        """Take the next steps, with pauses after relative movements, which the program adds up."""
        if self._timer is not None:
            return
        while (step := self._pointer.next_step()) is not None:
            self._take(step)
            if isinstance(step, MoveBy | Pause):
                pause = step.seconds if isinstance(step, Pause) else STEP_SECONDS
                self._timer = self._loop.call_later(pause, self._step_passed)
                break
        self._display.flush()
        self._listener.pointer_moved(self._pointer.position)

    def _step_passed(self) -> None:
        self._timer = None
        self._take_steps()

    def _take(self, step: Step) -> None:
        match step:
            case MoveTo(x, y):
                self._display.fake_input(_MOTION, _ABSOLUTE, self._window.x + x, self._window.y + y)
            case MoveBy(dx, dy):
                self._display.fake_input(_MOTION, _RELATIVE, dx, dy)
            case SetButtons(held):
                for bit, button in _X_BUTTONS:
                    if (held ^ self._buttons) & bit:
                        self._display.fake_input(_BUTTON[bool(held & bit)], button)
                self._buttons = held
