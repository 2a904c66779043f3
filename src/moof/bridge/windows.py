"""Tracks a display's top-level windows: which one is shown, what stands above it, who has the keys. Pure."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from moof.geometry import EMPTY, Rect


@dataclass(frozen=True, slots=True)
class Window:
    """A top-level window: its rectangle on the display without the border, in pixels.

    `managed`: the window manager decides where it is; not so for menus (override-redirect). `dialog`: it
    stands above others, `parent` in the first place. `modal`: nothing below it takes input. `takes_keys`: it
    wants the keyboard focus.
    """

    id: int
    place: Rect
    border: int = 0
    mapped: bool = False
    managed: bool = True
    title: str = ""
    dialog: bool = False
    parent: int = 0
    modal: bool = False
    takes_keys: bool = True
    used: int = 0
    """Increases with each mapping, activation and click: the window used last has the highest."""
    activated: int = 0
    """The same when the program asked to show this window, which mapping does not; 0 if it never did."""


class Windows:
    """The top-level windows of a display of `size` pixels, updated by its events."""

    def __init__(self, title: str = "", size: tuple[int, int] = (0, 0)) -> None:
        """Prefer windows whose title contains `title`, if there is one."""
        self.size = size
        self._title = title.casefold()
        self._windows: dict[int, Window] = {}
        self._stack: list[int] = []
        """All windows, the lowest first, as the display has them."""
        self._count = 0

    def __contains__(self, window: int) -> bool:
        return window in self._windows

    def __getitem__(self, window: int) -> Window:
        return self._windows[window]

    def placed(self, window: int, place: Rect, border: int = 0) -> None:
        """Handle that a window was created, on top of all others, moved or resized."""
        if window not in self._windows:
            self._stack.append(window)
        self._windows[window] = replace(
            self._windows.get(window, Window(window, place)), place=place, border=border
        )

    def stacked(self, window: int, below: int) -> None:
        """Handle that a window is directly above the window `below`, 0 for none."""
        if window in self._windows:
            self._stack.remove(window)
            self._stack.insert(self._stack.index(below) + 1 if below in self._stack else 0, window)

    def described(self, window: int, **fields: Any) -> None:
        """Set fields of a window that its program has declared."""
        if window in self._windows:
            self._windows[window] = replace(self._windows[window], **fields)

    def mapped(self, window: int) -> None:
        """Handle that a window became visible."""
        self.described(window, mapped=True, used=self._next_count())

    def unmapped(self, window: int) -> None:
        """Handle that a window was hidden."""
        self.described(window, mapped=False, used=0, activated=0)

    def activated(self, window: int) -> None:
        """Handle that the program wants this window to be shown."""
        count = self._next_count()
        self.described(window, used=count, activated=count)

    def clicked(self, x: int, y: int) -> None:
        """Handle a click at a position of the display, which goes to the highest shown window there."""
        for window in reversed(self.shown()):
            if not window.place.intersection(Rect(x, y, 1, 1)).is_empty:
                self.described(window.id, used=self._next_count())
                return

    def destroyed(self, window: int) -> None:
        """Handle that a window was destroyed."""
        if self._windows.pop(window, None):
            self._stack.remove(window)

    def managed(self) -> list[int]:
        """Return the visible windows that are managed, the lowest first."""
        return [window for window in self._stack if self._is_managed(window)]

    def main(self) -> Window | None:
        """Return the visible window to show, None if there is none.

        One with the right title is preferred to others, one that covers the display (full screen without a
        window manager) to all, a managed one to a menu, an ordinary one to a dialog, one that the program
        wants to be shown to others, a larger one to a smaller one, a newer one to an older one.
        """
        visible = [window for window in self._windows.values() if window.mapped]
        return max(visible, key=self._rank, default=None)

    def shown(self) -> list[Window]:
        """Return the main window and the dialogs above it, the lowest first."""
        main = self.main()
        return [main, *self._dialogs(main)] if main else []

    def picture(self) -> Rect:
        """Return the rectangle to show: the smallest around what is shown; empty if there is nothing."""
        place = EMPTY
        for window in self.shown():
            place = place.union(window.place.clip(*self.size))
        return place

    def focus(self) -> int:
        """Return the window that gets the keys, 0 for none: the one used last that no modal dialog blocks."""
        shown = self.shown()
        highest = max((number for number, window in enumerate(shown) if window.modal), default=0)
        takers = [window for window in shown[highest:] if window.takes_keys] or shown[highest:]
        return max(takers, key=lambda window: window.used).id if takers else 0

    def restack(self) -> list[tuple[int, int]]:
        """Return windows, each with the one that it is to be put directly above; assume that it is done."""
        shown = [window.id for window in self.shown() if window.managed]
        wanted = [window for window in self.managed() if window not in shown] + shown
        if self.managed() == wanted:
            return []
        moves = [(above, below) for below, above in itertools.pairwise(wanted)]
        for above, below in moves:
            self.stacked(above, below)
        return moves

    def _dialogs(self, main: Window) -> Iterator[Window]:
        """Yield the dialogs, each after the one that it belongs to, else in the order of their use."""
        left = {
            window.id: window
            for window in sorted(self._windows.values(), key=lambda window: window.used)
            if window.mapped and window.managed and window.dialog and window.id != main.id
        }
        while left:
            found = next((window for window in left.values() if window.parent not in left), None)
            window = found or next(iter(left.values()))  # in a circle
            yield left.pop(window.id)

    def _rank(self, window: Window) -> tuple[bool, bool, bool, bool, int, int, int]:
        covers = not window.managed and window.place.clip(*self.size) == Rect.whole(*self.size)
        fits = bool(self._title) and self._title in window.title.casefold()
        order = (window.activated, window.place.area, window.used)
        return fits or covers, covers, window.managed, not window.dialog, *order

    def _is_managed(self, window: int) -> bool:
        return self._windows[window].mapped and self._windows[window].managed

    def _next_count(self) -> int:
        self._count += 1
        return self._count
