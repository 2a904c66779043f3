"""What a viewer types and points at becomes X events, by XTEST. All methods belong to the event loop."""

import asyncio
from collections.abc import Callable
from typing import Final

from moof.bridge.pointer import Buttons, MouseKind, Move, Place, Pointer, Rest, Step
from moof.bridge.x_display import XDisplay
from moof.geometry import EMPTY, Rect
from moof.ipc import Key, Mouse

STEP_SECONDS: Final = 0.002
"""Between two movements: programs that look at the mouse now and then would take them for one, or lose it."""
REST_SECONDS: Final = 60.0
"""Without a movement; after that the pointer is found anew, in case that it is not where we think."""
# X's event numbers (X.h); a released key or button comes first, a pressed one second.
_KEY: Final = (3, 2)
_BUTTON: Final = (5, 4)
_MOTION: Final = 6
_ABSOLUTE, _RELATIVE = 0, 1
_X_BUTTONS: Final = ((1, 1), (2, 3), (4, 2))
"""The contract's bit, X's number: left, right, middle."""


class XTestInput:
    """The keyboard and the mouse of the private display."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, screen: XDisplay, keycodes: dict[int, int], mouse: MouseKind
    ) -> None:
        self.on_pointer: Callable[[tuple[int, int]], None] = lambda position: None
        """Called with the pointer's new place in the window."""
        self._loop = loop
        self._screen = screen
        self._keycodes = keycodes
        self._pointer = Pointer(mouse)
        self._place = EMPTY
        self._keys: set[int] = set()
        self._buttons = 0
        self._moved = loop.time()
        self._timer: asyncio.TimerHandle | None = None

    def key(self, key: Key) -> None:
        """Press or release a key; one that X has no code for does nothing."""
        code = self._keycodes.get(key.mac_keycode)
        if code is None or key.down == (code in self._keys):
            return
        (self._keys.add if key.down else self._keys.discard)(code)
        self._screen.fake_input(_KEY[key.down], code)
        self._screen.flush()

    def mouse(self, mouse: Mouse, place: Rect) -> None:
        """Move the mouse in the window at `place`, and hold the buttons that the message holds."""
        self._place = place
        self._pointer.resize(place.width, place.height)
        now = self._loop.time()
        if now - self._moved > REST_SECONDS and not mouse.buttons:
            self._pointer.doubt()
        self._moved = now
        self._pointer.take(mouse)
        self._go_on()

    def release_all(self) -> None:
        """Let go of everything: the viewer who held it is gone."""
        for code in sorted(self._keys):
            self._screen.fake_input(_KEY[False], code)
        self._keys.clear()
        self._screen.flush()
        self._pointer.release()
        self._go_on()

    def stop(self) -> None:
        """Put nothing more in."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _go_on(self) -> None:
        """Take the next steps: at once, but movements for a program that counts them with pauses between."""
        if self._timer is not None:
            return
        while (step := self._pointer.next_step()) is not None:
            self._take(step)
            if isinstance(step, Move | Rest):
                pause = step.seconds if isinstance(step, Rest) else STEP_SECONDS
                self._timer = self._loop.call_later(pause, self._step_passed)
                break
        self._screen.flush()
        self.on_pointer(self._pointer.position)

    def _step_passed(self) -> None:
        self._timer = None
        self._go_on()

    def _take(self, step: Step) -> None:
        match step:
            case Place(x, y):
                self._screen.fake_input(_MOTION, _ABSOLUTE, self._place.x + x, self._place.y + y)
            case Move(dx, dy):
                self._screen.fake_input(_MOTION, _RELATIVE, dx, dy)
            case Buttons(held):
                for bit, button in _X_BUTTONS:
                    if (held ^ self._buttons) & bit:
                        self._screen.fake_input(_BUTTON[bool(held & bit)], button)
                self._buttons = held
