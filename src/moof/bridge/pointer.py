"""How the mouse is moved so that the program's pointer goes where the viewer's is. Sans-IO.

Most programs look where the X pointer is. Some only look how far it moved (a mouse of the guest's own, behind
a grabbed pointer): for those we keep account of where their pointer must be, after a journey into the corner
that leaves no doubt.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Final

from moof.ipc import Mouse

LONGEST_STEP: Final = 100
"""Pixels: guests with an 8-bit mouse would lose more."""
CORNER_REST: Final = 0.1
"""Seconds in which a guest takes in the way to the corner: mice of its time report a step each few ms."""
_MOST_WAITING: Final = 64


class MouseKind(Enum):
    """What a program makes of the mouse."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class Move:
    """A movement to make, in pixels."""

    dx: int
    dy: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the window to go to, in pixels."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Buttons:
    """The buttons to hold from now on, all others are up: the contract's bits."""

    held: int


@dataclass(frozen=True, slots=True)
class Rest:
    """Wait: a guest that adds movements up shall not take those before and after for one."""

    seconds: float


Step = Move | Place | Buttons | Rest


class Pointer:
    """Turns mouse messages into steps; each `next_step` is to be made before the next is asked for."""

    def __init__(self, kind: MouseKind) -> None:
        self._kind = kind
        self._width, self._height = 0, 0
        self._x, self._y = 0, 0
        self._corner: deque[Move | Rest] = deque()
        self._at_home = False
        self._waiting: deque[Mouse] = deque()
        self._held = 0

    @property
    def position(self) -> tuple[int, int]:
        """Where the pointer is, in the window, as far as we know."""
        return self._x, self._y

    def resize(self, width: int, height: int) -> None:
        """The window has this size now."""
        if (width, height) != (self._width, self._height):
            self._width, self._height = width, height
            self._at_home = False

    def take(self, mouse: Mouse) -> None:
        """Queue a message. Movements that wait with the same buttons become one; so few ever wait."""
        if self._waiting and self._waiting[-1].buttons == mouse.buttons:
            last = self._waiting[-1]
            if last.absolute and mouse.absolute:
                self._waiting[-1] = mouse
                return
            if not last.absolute and not mouse.absolute:
                self._waiting[-1] = Mouse(last.x + mouse.x, last.y + mouse.y, mouse.buttons, absolute=False)
                return
        if len(self._waiting) < _MOST_WAITING:
            self._waiting.append(mouse)

    def release(self) -> None:
        """Let go of every button, whatever waits."""
        self._waiting.clear()
        self._waiting.append(Mouse(0, 0, 0, absolute=False))

    def next_step(self) -> Step | None:
        """Return the next thing to do, None when the pointer is where it should be."""
        while self._waiting and self._width and self._height:
            mouse = self._waiting[0]
            if (step := self._towards(mouse)) is not None:
                return step
            self._waiting.popleft()
            if mouse.buttons != self._held:
                self._held = mouse.buttons
                return Buttons(self._held)
        return None

    def _towards(self, mouse: Mouse) -> Step | None:
        if not mouse.absolute:
            return self._by(mouse)
        target = min(mouse.x, self._width - 1), min(mouse.y, self._height - 1)
        if self._kind is MouseKind.ABSOLUTE:
            if target == (self._x, self._y) and self._at_home:
                return None
            self._at_home = True
            self._x, self._y = target
            return Place(*target)
        if not self._at_home:
            return self._homewards()
        return self._move(target[0] - self._x, target[1] - self._y)

    def _by(self, mouse: Mouse) -> Step | None:
        """Take a step of a relative movement; what is left of it stays at the head of the queue."""
        if not mouse.x and not mouse.y:
            return None
        dx, dy = _shorten(mouse.x), _shorten(mouse.y)
        self._waiting[0] = Mouse(mouse.x - dx, mouse.y - dy, mouse.buttons, absolute=False)
        self._go(dx, dy)
        return Move(dx, dy)

    def _homewards(self) -> Step:
        """Go into the upper left corner, far enough from wherever the pointer is."""
        if not self._corner:
            steps = max(self._width, self._height) // LONGEST_STEP + 2
            self._corner.extend([Move(-LONGEST_STEP, -LONGEST_STEP)] * steps)
            self._corner.append(Rest(CORNER_REST))
        step = self._corner.popleft()
        if not self._corner:
            self._x = self._y = 0
            self._at_home = True
        return step

    def _move(self, dx: int, dy: int) -> Step | None:
        if not dx and not dy:
            return None
        dx, dy = _shorten(dx), _shorten(dy)
        self._go(dx, dy)
        return Move(dx, dy)

    def _go(self, dx: int, dy: int) -> None:
        self._x = max(0, min(self._x + dx, self._width - 1))
        self._y = max(0, min(self._y + dy, self._height - 1))


def _shorten(distance: int) -> int:
    return max(-LONGEST_STEP, min(distance, LONGEST_STEP))
