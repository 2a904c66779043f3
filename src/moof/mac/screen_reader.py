"""What the Mac's screen says: the guest describes its menus, windows and dialogs while the host asks.

docs/guest.md has the format of a description.
"""

import threading
from typing import Final, Protocol

from moof.clipboard_text import from_mac_roman
from moof.extension import PartKind, PartState, ScreenPart
from moof.mac.adb import Adb

MAX_DESCRIPTION: Final = 65_536
"""Bytes of one description."""
_KINDS: Final = {
    "m": PartKind.MENU,
    "i": PartKind.ITEM,
    "d": PartKind.DIALOG,
    "w": PartKind.WINDOW,
    "k": PartKind.DESKTOP,
    "t": PartKind.TEXT,
    "o": PartKind.OPTION,
    "b": PartKind.BUTTON,
    "r": PartKind.RADIO,
    "f": PartKind.FIELD,
}


class DescriptionListener(Protocol):
    """Is told what the screen says."""

    def screen_described(self, parts: tuple[ScreenPart, ...]) -> None:
        """Take a description that differs from the last one; on the 68k's thread, so it must not block."""


class ScreenReader:
    """Passes the host's wish to the guest through the ADB, and descriptions to listeners. Thread-safe."""

    def __init__(self, adb: Adb) -> None:
        self._adb = adb
        self._lock = threading.Lock()
        self._wanted = False
        self._last: bytes | None = None
        self._listeners: tuple[DescriptionListener, ...] = ()

    def add_listener(self, listener: DescriptionListener) -> None:
        """Tell `listener` of each new description from now on."""
        self._listeners = (*self._listeners, listener)

    def read(self, wanted: bool) -> None:
        """Ask the guest to describe its screen now and after each change, or not to any more."""
        with self._lock:
            if not wanted and not self._wanted:
                return
            self._wanted, self._last = wanted, None
        self._adb.request_reading(wanted)

    def reset(self) -> None:
        """Ask a guest that starts again."""
        with self._lock:
            wanted, self._last = self._wanted, None
        if wanted:
            self._adb.request_reading(True)

    def described(self, data: bytes) -> None:
        """Take the guest's description."""
        with self._lock:
            wanted, is_new, self._last = self._wanted, data != self._last, data
        if not wanted:
            self._adb.request_reading(False)  # the guest goes on from a state in which it was asked
            return
        if not is_new:
            return
        parts = parse_description(data)
        for listener in self._listeners:
            listener.screen_described(parts)


def parse_description(data: bytes) -> tuple[ScreenPart, ...]:
    """Return the parts of a description; those of unknown kinds are left out."""
    found = []
    for record in data.split(b"\0"):
        kind = _KINDS.get(chr(record[0])) if len(record) > 1 else None
        if kind is not None:
            found.append(ScreenPart(kind, PartState(record[1] & 7), from_mac_roman(record[2:])))
    return tuple(found)
