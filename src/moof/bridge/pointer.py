"""Computes the mouse movements that bring the program's pointer to the viewer's position. Sans-IO.

Most programs use the position of the X pointer. Some use only its movements (the guest has its own pointer,
the program grabs X's): for those the position of their pointer is computed, after a movement into the corner
that determines it. Some of them grab the pointer only after a click.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Final

from moof.ipc import Mouse

MAX_STEP: Final = 100
"""Pixels; guests with an 8-bit mouse would lose longer movements."""
CORNER_PAUSE: Final = 0.5
"""Seconds for a guest to process the movement to the corner: its mouse reports a step every few ms, and
emulation may be slow."""
CORNER_NUDGES: Final = 3
"""Mice with a short queue, such as QEMU's, keep what exceeds it until they are moved again."""
CLICK_PAUSE: Final = 0.05
"""Duration of a click in seconds."""
_MAX_QUEUED: Final = 64


class MouseKind(Enum):
    """How a program uses the mouse."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    CLICK = "click"
    """Relative, after a click that the guest does not see."""


@dataclass(frozen=True, slots=True)
class MoveBy:
    """Move by so many pixels."""

    dx: int
    dy: int


@dataclass(frozen=True, slots=True)
class MoveTo:
    """Move to a position in the window, in pixels."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class SetButtons:
    """Hold these buttons (the contract's bits) and release all others."""

    held: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait, so that a guest does not merge the movements before and after."""

    seconds: float


Step = MoveBy | MoveTo | SetButtons | Pause


def merged(first: Mouse, second: Mouse) -> Mouse | None:
    """Return one message for two with the same buttons; None if they cannot be merged."""
    if first.buttons != second.buttons or first.absolute != second.absolute:
        return None
    if second.absolute:
        return second
    return Mouse(first.x + second.x, first.y + second.y, second.buttons, absolute=False)


class Pointer:
    """Converts mouse messages to steps; each is to be taken before the next one is requested."""

    def __init__(self, kind: MouseKind) -> None:
        self._kind = kind
        self._width, self._height = 0, 0
        self._x, self._y = 0, 0
        self._grab: deque[Step] = deque()
        self._grabbed = kind is not MouseKind.CLICK
        self._corner: deque[MoveBy | Pause] = deque()
        self._position_known = False
        self._last = MoveBy(0, 0)
        self._queue: deque[Mouse] = deque()
        self._held = 0

    @property
    def position(self) -> tuple[int, int]:
        """The pointer's position in the window, as far as it is known."""
        return self._x, self._y

    def resize(self, width: int, height: int) -> None:
        """Set the window's size."""
        if (width, height) != (self._width, self._height):
            self._width, self._height = width, height
            self._position_known = False

    def window_moved(self) -> None:
        """Handle that the window is at another place: X's pointer is elsewhere in it, a guest's is not."""
        if self._kind is MouseKind.ABSOLUTE:
            self._position_known = False

    def invalidate(self) -> None:
        """Determine the position again before the next movement: a guest that starts misses movements."""
        if not self._held and not self._queue:
            self._position_known = False

    def guest_replaced(self) -> None:
        """Determine the position anew, even if that is going on: another guest's pointer is elsewhere."""
        self._corner.clear()
        self._position_known = False

    def add(self, mouse: Mouse) -> None:
        """Queue a message. Queued movements with the same buttons are merged, which keeps the queue short."""
        together = merged(self._queue[-1], mouse) if self._queue else None
        if together is not None:
            self._queue[-1] = together
        elif len(self._queue) < _MAX_QUEUED:
            self._queue.append(mouse)

    def release(self) -> None:
        """Release every button and drop what is queued."""
        self._queue.clear()
        self._queue.append(Mouse(0, 0, 0, absolute=False))

    def next_step(self) -> Step | None:
        """Return the next step, None when there is nothing to do."""
        while self._queue and self._width and self._height:
            if not self._grabbed:
                return self._grab_step()
            mouse = self._queue[0]
            if (step := self._step_to(mouse)) is not None:
                return step
            self._queue.popleft()
            if mouse.buttons != self._held:
                self._held = mouse.buttons
                return SetButtons(self._held)
        return None

    def _step_to(self, mouse: Mouse) -> Step | None:
        if not mouse.absolute:
            return self._step_by(mouse)
        target = min(mouse.x, self._width - 1), min(mouse.y, self._height - 1)
        if self._kind is MouseKind.ABSOLUTE:
            if target == (self._x, self._y) and self._position_known:
                return None
            self._position_known = True
            self._x, self._y = target
            return MoveTo(*target)
        if not self._position_known:
            return self._corner_step()
        return self._move(target[0] - self._x, target[1] - self._y)

    def _step_by(self, mouse: Mouse) -> Step | None:
        """Return a step of a relative movement; the rest of it stays at the head of the queue."""
        if not mouse.x and not mouse.y:
            return None
        move = self._go(mouse.x, mouse.y)
        self._queue[0] = Mouse(mouse.x - move.dx, mouse.y - move.dy, mouse.buttons, absolute=False)
        return move

    def _grab_step(self) -> Step:
        """Return a step of a click into the middle of the window, after which the program grabs the mouse."""
        if not self._grab:
            middle = MoveTo(self._width // 2, self._height // 2)
            self._grab.extend([middle, SetButtons(1), Pause(CLICK_PAUSE), SetButtons(0), Pause(CORNER_PAUSE)])
        step = self._grab.popleft()
        self._grabbed = not self._grab
        return step

    def _corner_step(self) -> Step:
        """Return a step into the upper left corner, which is reached from any position."""
        if not self._corner:
            steps = max(self._width, self._height) // MAX_STEP + 2
            self._corner.extend(MoveBy(-MAX_STEP + number % 2, -MAX_STEP) for number in range(steps))
            for number in range(CORNER_NUDGES):
                self._corner += [Pause(CORNER_PAUSE / CORNER_NUDGES), MoveBy(-1 - number % 2, -1)]
            self._corner.append(Pause(CLICK_PAUSE))
        step = self._corner.popleft()
        if not self._corner:
            self._x = self._y = 0
            self._position_known = True
        return step

    def _move(self, dx: int, dy: int) -> Step | None:
        if not dx and not dy:
            return None
        return self._go(dx, dy)

    def _go(self, dx: int, dy: int) -> MoveBy:
        """Return a step of that movement that differs from the last: SDL drops one of two equal ones."""
        move = MoveBy(_shorten(dx), _shorten(dy))
        if move == self._last:
            move = MoveBy(_less(move.dx), move.dy) if abs(dx) >= abs(dy) else MoveBy(move.dx, _less(move.dy))
        self._x = max(0, min(self._x + move.dx, self._width - 1))
        self._y = max(0, min(self._y + move.dy, self._height - 1))
        self._last = move
        return move


def _less(distance: int) -> int:
    """Return a distance shorter by one pixel, but not 0."""
    return distance - (distance > 1) + (distance < -1)


def _shorten(distance: int) -> int:
    return max(-MAX_STEP, min(distance, MAX_STEP))
