"""How the mouse is moved so that the program's pointer goes where the viewer's is. Sans-IO.

Most programs look where the X pointer is. Some only look how far it moved (a mouse of the guest's own, behind
a grabbed pointer): for those we keep account of where their pointer must be, after a journey into the corner
that leaves no doubt. Some of them grab it only once they have been clicked into.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Final

from moof.ipc import Mouse

LONGEST_STEP: Final = 100
"""Pixels: guests with an 8-bit mouse would lose more."""
CORNER_REST: Final = 0.5
"""Seconds in which a guest takes in the way to the corner: mice of its time report a step each few ms, and a
machine that is busy at the start emulates slowly."""
CORNER_NUDGES: Final = 3
"""Mice with a short queue, as QEMU's, keep what does not fit into it until they are moved again."""
CLICK_REST: Final = 0.05
"""Seconds that a click lasts."""
_MOST_WAITING: Final = 64


class MouseKind(Enum):
    """What a program makes of the mouse."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    CLICK = "click"
    """Relative, after a click that the guest does not see."""


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
        self._grab: deque[Step] = deque()
        self._grabbed = kind is not MouseKind.CLICK
        self._corner: deque[Move | Rest] = deque()
        self._at_home = False
        self._last = Move(0, 0)
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

    def doubt(self) -> None:
        """Find the pointer anew before the next movement: a guest that starts misses some."""
        if not self._held and not self._waiting:
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
            if not self._grabbed:
                return self._grabwards()
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
        move = self._go(mouse.x, mouse.y)
        self._waiting[0] = Mouse(mouse.x - move.dx, mouse.y - move.dy, mouse.buttons, absolute=False)
        return move

    def _grabwards(self) -> Step:
        """Click into the middle of the window, so that the program grabs the mouse."""
        if not self._grab:
            middle = Place(self._width // 2, self._height // 2)
            self._grab.extend([middle, Buttons(1), Rest(CLICK_REST), Buttons(0), Rest(CORNER_REST)])
        step = self._grab.popleft()
        self._grabbed = not self._grab
        return step

    def _homewards(self) -> Step:
        """Go into the upper left corner, far enough from wherever the pointer is."""
        if not self._corner:
            steps = max(self._width, self._height) // LONGEST_STEP + 2
            self._corner.extend(Move(-LONGEST_STEP + number % 2, -LONGEST_STEP) for number in range(steps))
            for number in range(CORNER_NUDGES):
                self._corner += [Rest(CORNER_REST / CORNER_NUDGES), Move(-1 - number % 2, -1)]
            self._corner.append(Rest(CLICK_REST))
        step = self._corner.popleft()
        if not self._corner:
            self._x = self._y = 0
            self._at_home = True
        return step

    def _move(self, dx: int, dy: int) -> Step | None:
        if not dx and not dy:
            return None
        return self._go(dx, dy)

    def _go(self, dx: int, dy: int) -> Move:
        """Take a step of that way, unlike the last: of two that are alike at one time SDL drops one."""
        move = Move(_shorten(dx), _shorten(dy))
        if move == self._last:
            move = Move(_less(move.dx), move.dy) if abs(dx) >= abs(dy) else Move(move.dx, _less(move.dy))
        self._x = max(0, min(self._x + move.dx, self._width - 1))
        self._y = max(0, min(self._y + move.dy, self._height - 1))
        self._last = move
        return move


def _less(distance: int) -> int:
    """One pixel less of it, but not nothing."""
    return distance - (distance > 1) + (distance < -1)


def _shorten(distance: int) -> int:
    return max(-LONGEST_STEP, min(distance, LONGEST_STEP))
