"""Full screen and maximised windows, and the places that they return to. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from moof.bridge.window_placement import SizeHints, expanded
from moof.geometry import Rect

FULL_SCREEN: Final = "_NET_WM_STATE_FULLSCREEN"
WIDE: Final = "_NET_WM_STATE_MAXIMIZED_HORZ"
HIGH: Final = "_NET_WM_STATE_MAXIMIZED_VERT"
MODAL: Final = "_NET_WM_STATE_MODAL"
STATES: Final = frozenset((FULL_SCREEN, WIDE, HIGH, MODAL))


class StateAction(IntEnum):
    """What a message _NET_WM_STATE asks for."""

    REMOVE = 0
    ADD = 1
    TOGGLE = 2


@dataclass(slots=True)
class WindowState:
    """The states of one window by their atoms' names, of `STATES`."""

    names: set[str]
    _normal: tuple[Rect, int] | None = None
    """The place and the border before the window was full screen or maximised; None while it is not."""

    @property
    def is_normal(self) -> bool:
        """Whether the program decides on the window's place."""
        return self._normal is None

    def change(self, action: int, names: Iterable[str]) -> None:
        """Apply a message _NET_WM_STATE; an unknown action does nothing."""
        wanted = STATES.intersection(names)
        if action == StateAction.TOGGLE:
            action = StateAction.REMOVE if wanted <= self.names else StateAction.ADD
        if action == StateAction.ADD:
            self.names |= wanted
        elif action == StateAction.REMOVE:
            self.names -= wanted

    def place(self, now: Rect, border: int, screen: Rect, sizes: SizeHints) -> tuple[Rect, int]:
        """Return the place and the border that these states mean for a window that is at `now`.

        A window of a fixed size is not maximised, but full screen if it wants.
        """
        wide, high = (name in self.names and not sizes.is_fixed for name in (WIDE, HIGH))
        if not (FULL_SCREEN in self.names or wide or high):
            normal, self._normal = self._normal or (now, border), None
            return normal
        if self._normal is None:
            self._normal = now, border
        if FULL_SCREEN in self.names:
            return screen, 0
        return expanded(self._normal[0], screen, sizes, wide=wide, high=high), 0
