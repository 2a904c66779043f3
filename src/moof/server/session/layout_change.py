"""Changes the Mac's keyboard layout between two texts: each is typed in one layout. Pure."""

from typing import Final

from moof.keyboard import layout
from moof.server.emulator.extension import EmulatorExtension
from moof.server.session.layout_control import LayoutControl

_LOOK_SECONDS: Final = 0.05
_MAX_WAIT_SECONDS: Final = 1.0
"""For a Mac that does not change its layout, or reports another one."""


class LayoutChange:
    """A request for a layout: made when the Mac has read all keys, and over when it has the layout.

    Times are in seconds of CLOCK_MONOTONIC.
    """

    def __init__(self, layouts: LayoutControl, extension: EmulatorExtension) -> None:
        self._layouts = layouts
        self._extension = extension
        self._wanted: str | None = None
        self._requested_at: float | None = None

    def want(self, name: str) -> None:
        """Change to this layout before the next text, or now if only the server's assumption changes.

        Raises LayoutError.
        """
        if self._layouts.settable:
            self._wanted, self._requested_at = layout(name).name, None
        else:
            self._layouts.request(name)

    def wait(self, now: float) -> float:
        """Carry on with the change; return the seconds until the next call, 0 if nothing is to be changed."""
        if self._wanted is None:
            return 0.0
        if self._requested_at is None:
            if self._extension.unread_keys:
                return _LOOK_SECONDS
            self._requested_at = now
            self._layouts.request(self._wanted)
        if self._layouts.layout.name == self._wanted or now - self._requested_at > _MAX_WAIT_SECONDS:
            self._wanted = None
            return 0.0
        return _LOOK_SECONDS
