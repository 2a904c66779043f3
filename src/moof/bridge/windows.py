"""Which of a program's windows is its screen. Pure: told what happens, asked which window it is."""

from dataclasses import dataclass, replace

from moof.geometry import Rect


@dataclass(frozen=True, slots=True)
class Window:
    """A top-level window: its place on the display without the border, in pixels."""

    id: int
    place: Rect
    mapped: bool = False
    title: str = ""
    number: int = 0
    """Counts up with each mapping: the newest has the highest."""


class Windows:
    """The top-level windows of a display, as its events tell."""

    def __init__(self, title: str = "") -> None:
        """Prefer windows whose title contains `title`, if there is one."""
        self._title = title.casefold()
        self._windows: dict[int, Window] = {}
        self._mappings = 0

    def __contains__(self, window: int) -> bool:
        return window in self._windows

    def placed(self, window: int, place: Rect) -> None:
        """A window was made, moved or resized."""
        self._windows[window] = replace(self._windows.get(window, Window(window, place)), place=place)

    def mapped(self, window: int) -> None:
        """A window became visible."""
        if window in self._windows:
            self._mappings += 1
            self._change(window, mapped=True, number=self._mappings)

    def unmapped(self, window: int) -> None:
        """A window was hidden."""
        self._change(window, mapped=False)

    def titled(self, window: int, title: str) -> None:
        """A window got a title."""
        if window in self._windows:
            self._windows[window] = replace(self._windows[window], title=title)

    def destroyed(self, window: int) -> None:
        """A window is no more."""
        self._windows.pop(window, None)

    def main(self) -> Window | None:
        """Return the visible window that is the program's screen, None if there is none.

        That is one with the right title before others, a larger one before a smaller one, a newer one before
        an older one. So a dialog is shown only while there is nothing else.
        """
        visible = [window for window in self._windows.values() if window.mapped]
        return max(visible, key=self._rank, default=None)

    def _rank(self, window: Window) -> tuple[bool, int, int]:
        fits = bool(self._title) and self._title in window.title.casefold()
        return fits, window.place.area, window.number

    def _change(self, window: int, *, mapped: bool, number: int = 0) -> None:
        if window in self._windows:
            self._windows[window] = replace(self._windows[window], mapped=mapped, number=number)
