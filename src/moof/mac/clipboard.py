"""The clipboard that the guest shares with the host: the guest has it, and reports what is copied."""

import threading
from typing import Protocol

from moof.clipboard_text import from_mac_roman, to_mac_roman


class CopyListener(Protocol):
    """Is told when a text is copied in the guest."""

    def text_copied(self, text: str) -> None:
        """Take the text; called on the 68k's thread, so it must not block."""


class GivenTextListener(Protocol):
    """Is told when the host gives the guest a text."""

    def text_given(self, text: bytes) -> None:
        """Take the text, in Mac Roman; it must not block."""


class Clipboard:
    """Keeps a text of the host until the guest reads it, and passes on what is copied. Thread-safe.

    The newest text counts: what the guest copies replaces a text of the host that it has not read.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given: bytes | None = None
        self._listeners: tuple[CopyListener, ...] = ()
        self._given_listener: GivenTextListener | None = None

    def add_listener(self, listener: CopyListener) -> None:
        """Tell `listener` of each text that is copied from now on."""
        self._listeners = (*self._listeners, listener)

    def set_given_listener(self, listener: GivenTextListener) -> None:
        """Tell `listener` of each text that the host gives from now on."""
        self._given_listener = listener

    def give(self, text: str) -> None:
        """Keep a text of the host for the guest, in Mac Roman (`to_mac_roman` has the rules)."""
        given = to_mac_roman(text)
        with self._lock:
            self._given = given
        if self._given_listener is not None:
            self._given_listener.text_given(given)

    def take(self) -> bytes | None:
        """Return the text that the host has given since the guest last read or copied one, else None."""
        with self._lock:
            given, self._given = self._given, None
        return given

    def waiting(self) -> bytes | None:
        """Return what `take` would return, without taking it."""
        with self._lock:
            return self._given

    def restore(self, text: bytes | None) -> None:
        """Keep what `waiting` returned for the guest."""
        with self._lock:
            self._given = text

    def copied(self, data: bytes) -> None:
        """Pass on a text that was copied in the guest, in Mac Roman."""
        with self._lock:
            self._given = None
        text = from_mac_roman(data)
        for listener in self._listeners:
            listener.text_copied(text)
