"""Owns the selections of a display, with a text that programs ask for (ICCCM 2.1 to 2.6)."""

import logging
import struct
from collections.abc import Mapping
from typing import Any, Final

import xcffib
import xcffib.xproto
from xcffib.xproto import Atom, PropMode

from moof.token_bucket import TokenBucket

LOG: Final = logging.getLogger(__name__)

NAMES: Final = (
    "CLIPBOARD", "PRIMARY", "TARGETS", "UTF8_STRING", "STRING", "TEXT", "text/plain;charset=utf-8",
    "text/plain",
)  # fmt: skip
"""The atoms that are needed."""
_UTF8: Final = ("UTF8_STRING", "TEXT", "text/plain;charset=utf-8", "text/plain")
_LATIN: Final = "STRING"
_NONE, _NOW = 0, 0
_BYTES, _WORDS = 8, 32  # formats of properties
_REQUESTS_PER_SECOND: Final = 50.0
_REQUEST_BURST: Final = 200.0
"""Programs ask when a user pastes, and a few times when the owner changes."""


class SelectionOwner:
    """The selections' owner while the text is the newest: CLIPBOARD, and PRIMARY unless a program has it."""

    def __init__(self, connection: Any, window: int, atoms: Mapping[str, int]) -> None:
        """`window` owns the selections; `atoms` has those of NAMES."""
        self._core = connection.core
        self._window = window
        self._atoms = atoms
        self._owned: set[int] = set()
        self._utf8 = self._latin = b""
        self._requests = TokenBucket(_REQUESTS_PER_SECOND, _REQUEST_BURST)

    def put(self, text: str) -> None:
        """Own the selections with this text, of at most 60,000 bytes of UTF-8."""
        self._utf8, self._latin = text.encode(), text.encode("latin-1", "replace")
        for name in ("CLIPBOARD", "PRIMARY"):
            selection = self._atoms[name]
            if name == "CLIPBOARD" or self._core.GetSelectionOwner(selection).reply().owner == _NONE:
                self._core.SetSelectionOwner(self._window, selection, _NOW)
                self._owned.add(selection)

    def lost(self, selection: int) -> None:
        """Handle that a program has taken a selection, unless `put` has taken it back since."""
        if self._core.GetSelectionOwner(selection).reply().owner != self._window:
            self._owned.discard(selection)

    def requested(self, event: Any, now: float) -> None:
        """Answer a program; one that asks without end makes the selections nobody's. `now` in seconds."""
        if not self._requests.take(now):
            self._give_up()
            return
        kept = event.property or event.target  # clients before ICCCM name no property
        if not (event.selection in self._owned and self._store(event.requestor, kept, event.target)):
            kept = _NONE
        answer = xcffib.xproto.SelectionNotifyEvent.synthetic(
            event.time, event.requestor, event.selection, event.target, kept
        )
        self._core.SendEvent(False, event.requestor, _NONE, answer.pack())

    def _store(self, window: int, kept: int, target: int) -> bool:
        """Put what is asked for into a program's property; return False if there is no such target."""
        name = next((name for name, atom in self._atoms.items() if atom == target), "")
        if name == "TARGETS":
            atoms = [self._atoms[each] for each in ("TARGETS", *_UTF8, _LATIN)]
            data = struct.pack(f"={len(atoms)}I", *atoms)
            self._core.ChangeProperty(PropMode.Replace, window, kept, Atom.ATOM, _WORDS, len(atoms), data)
            return True
        if name not in (*_UTF8, _LATIN):
            return False
        kind = self._atoms["UTF8_STRING"] if name == "TEXT" else target
        data = self._latin if name == _LATIN else self._utf8
        self._core.ChangeProperty(PropMode.Replace, window, kept, kind, _BYTES, len(data), data)
        return True

    def _give_up(self) -> None:
        for selection in self._owned:
            self._core.SetSelectionOwner(_NONE, selection, _NOW)
        if self._owned:
            LOG.warning("A program asks for the clipboard without end: its text is dropped.")
        self._owned.clear()
