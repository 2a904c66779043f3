"""Tracks a display's top-level windows and chooses the one to show. Pure."""

from dataclasses import dataclass, replace

from moof.geometry import Rect


@dataclass(frozen=True, slots=True)
class Window:
    """A top-level window: its rectangle on the display without the border, in pixels."""

    id: int
    place: Rect
    mapped: bool = False
    title: str = ""
    number: int = 0
    """Increases with each mapping: the newest has the highest."""


class Windows:
    """The top-level windows of a display, updated by its events."""

    def __init__(self, title: str = "") -> None:
        """Prefer windows whose title contains `title`, if there is one."""
        self._title = title.casefold()
        self._windows: dict[int, Window] = {}
        self._mappings = 0

    def __contains__(self, window: int) -> bool:
        return window in self._windows

    def placed(self, window: int, place: Rect) -> None:
        """Handle that a window was created, moved or resized."""
        self._windows[window] = replace(self._windows.get(window, Window(window, place)), place=place)

    def mapped(self, window: int) -> None:
        """Handle that a window became visible."""
        if window in self._windows:
            self._mappings += 1
            self._change(window, mapped=True, number=self._mappings)

    def unmapped(self, window: int) -> None:
        """Handle that a window was hidden."""
        self._change(window, mapped=False)

    def titled(self, window: int, title: str) -> None:
        """Handle that a window got a title."""
        if window in self._windows:
            self._windows[window] = replace(self._windows[window], title=title)

    def destroyed(self, window: int) -> None:
        """Handle that a window was destroyed."""
        self._windows.pop(window, None)

    def main(self) -> Window | None:
        """Return the visible window to show, None if there is none.

        One with the right title is preferred to others, a larger one to a smaller one, a newer one to an
        older one; so a dialog is shown only while there is no other window.
        """
        visible = [window for window in self._windows.values() if window.mapped]
        return max(visible, key=self._rank, default=None)

    def _rank(self, window: Window) -> tuple[bool, int, int]:
        fits = bool(self._title) and self._title in window.title.casefold()
        return fits, window.place.area, window.number

    def _change(self, window: int, *, mapped: bool, number: int = 0) -> None:
        if window in self._windows:
            self._windows[window] = replace(self._windows[window], mapped=mapped, number=number)
