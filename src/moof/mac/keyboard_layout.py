"""The layout of the Mac's keyboard: the guest has it and reports it; the host can ask for another.

Both number the layouts by their place in `moof.keyboard.LAYOUT_NAMES`.
"""

import threading
from typing import Protocol

from moof.keyboard import LAYOUT_NAMES
from moof.mac.adb import Adb


class UnknownLayoutError(ValueError):
    """The Mac has no keyboard layout of this name or number."""


class KeyboardLayoutListener(Protocol):
    """Is told when the guest has another layout."""

    def keyboard_layout_changed(self, name: str) -> None:
        """Note the new layout; called on the 68k's thread, so it must not block."""


class KeyboardLayout:
    """Passes requests for a layout to the guest through the ADB, and keeps what the guest reports."""

    def __init__(self, adb: Adb) -> None:
        self._adb = adb
        self._lock = threading.Lock()
        self._name: str | None = None
        self._listeners: list[KeyboardLayoutListener] = []

    @property
    def name(self) -> str | None:
        """The guest's present layout; None until it has reported one, as a ROM without layouts never does."""
        with self._lock:
            return self._name

    def request(self, name: str) -> None:
        """Ask the guest to change to the layout `name`, after the keys that are queued.

        Raises UnknownLayoutError if the Mac has no such layout.
        """
        if name not in LAYOUT_NAMES:
            raise UnknownLayoutError(f"the Mac has no keyboard layout {name!r}")
        self._adb.request_layout(LAYOUT_NAMES.index(name))

    def report(self, index: int) -> None:
        """Store the layout that the guest has now, and tell the listeners if it is another one.

        Raises UnknownLayoutError for a number that is not in the list.
        """
        if not 0 <= index < len(LAYOUT_NAMES):
            raise UnknownLayoutError(f"keyboard layouts are 0 to {len(LAYOUT_NAMES) - 1}, not {index}")
        name = LAYOUT_NAMES[index]
        with self._lock:
            changed, self._name = name != self._name, name
            listeners = tuple(self._listeners)
        if changed:
            for listener in listeners:
                listener.keyboard_layout_changed(name)

    def restore(self, name: str | None) -> None:
        """Take the layout of a guest that continues from a state; None: it has reported none.

        Raises UnknownLayoutError for a layout that this Mac does not have.
        """
        if name is not None:
            if name not in LAYOUT_NAMES:
                raise UnknownLayoutError(f"the Mac has no keyboard layout {name!r}")
            self.report(LAYOUT_NAMES.index(name))

    def add_listener(self, listener: KeyboardLayoutListener) -> None:
        """Tell `listener` of each later change."""
        with self._lock:
            self._listeners.append(listener)

    def remove_listener(self, listener: KeyboardLayoutListener) -> None:
        """Tell `listener` nothing more. Does nothing if it was not added."""
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
