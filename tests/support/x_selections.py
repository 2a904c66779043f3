"""A client of an X display that copies and pastes by selections, well or badly (ICCCM 2)."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import xcffib.xproto
from xcffib.xproto import CW, Atom, EventMask, Property, PropMode

from support.x_client import XClient

_ANSWER = "_ANSWER"


class SelectionClient(XClient):
    """Copies with `own`, pastes with `ask`; both go on in `pump`, which the test calls while it waits.

    Attributes:
        answers: what it is asked for while it owns a selection, by target; other targets are refused.
        pieces: these instead of an answer, one after the other (INCR).
        silent: it answers nothing.
        requests: the targets that it was asked for.
        received: the answers to `ask`, None for a refusal.
    """

    def __init__(self, display: str, authority: Path) -> None:
        super().__init__(display, authority)
        self.own_window = self.unmapped_window(0, 0, 1, 1)
        self.answers: dict[str, bytes] = {}
        self.pieces: list[bytes] = []
        self.silent = False
        self.requests: list[str] = []
        self.received: list[bytes | None] = []
        self._names: dict[int, str] = {}
        self._incremental: tuple[int, int, int] | None = None

    def own(self, *selections: str, **answers: bytes) -> None:
        """Take selections, and answer with these by target."""
        self.answers = answers or self.answers
        for selection in selections:
            self.core.SetSelectionOwner(self.own_window, self.atom(selection), 0)
        self.core.GetInputFocus().reply()  # whatever others do from now on comes later

    def ask(self, selection: str, target: str) -> None:
        """Ask the owner of a selection for a target."""
        arguments = self.own_window, self.atom(selection), self.atom(target), self.atom(_ANSWER), 0
        self.core.ConvertSelection(*arguments)
        self.connection.flush()

    def owns(self, selection: str) -> bool:
        """Return whether a selection is this client's."""
        return bool(self.core.GetSelectionOwner(self.atom(selection)).reply().owner == self.own_window)

    def is_free(self, selection: str) -> bool:
        """Return whether a selection is nobody's."""
        return bool(self.core.GetSelectionOwner(self.atom(selection)).reply().owner == 0)

    def pump(self) -> None:
        """Handle the events that have arrived."""
        for event in self.events():
            match event:
                case xcffib.xproto.SelectionRequestEvent():
                    self._answer(event)
                case xcffib.xproto.SelectionNotifyEvent() if event.requestor == self.own_window:
                    self.received.append(self._take() if event.property else None)
                case xcffib.xproto.PropertyNotifyEvent() if event.state == Property.Delete:
                    self._send_piece(event.window, event.atom)
        self.connection.flush()

    def _name(self, atom: int) -> str:
        if atom not in self._names:
            self._names[atom] = bytes(self.core.GetAtomName(atom).reply().name.buf()).decode()
        return self._names[atom]

    def _answer(self, event: Any) -> None:
        name = self._name(event.target)
        self.requests.append(name)
        if self.silent:
            return
        kept = event.property if name in self.answers else 0
        if kept and self.pieces:
            self._incremental = event.requestor, kept, event.target
            self.core.ChangeWindowAttributes(event.requestor, CW.EventMask, [EventMask.PropertyChange])
            self._put(event.requestor, kept, self.atom("INCR"), struct.pack("=I", 0), 32)
        elif kept:
            self._put(event.requestor, kept, event.target, self.answers[name], 8)
        answer = xcffib.xproto.SelectionNotifyEvent.synthetic(
            event.time, event.requestor, event.selection, event.target, kept
        )
        self.core.SendEvent(False, event.requestor, 0, answer.pack())

    def _send_piece(self, window: int, name: int) -> None:
        if self._incremental is not None and self._incremental[:2] == (window, name) and self.pieces:
            self._put(window, name, self._incremental[2], self.pieces.pop(0), 8)

    def _put(self, window: int, name: int, kind: int, data: bytes, bits: int) -> None:
        self.core.ChangeProperty(PropMode.Replace, window, name, kind, bits, len(data) * 8 // bits, data)

    def _take(self) -> bytes:
        reply = self.core.GetProperty(True, self.own_window, self.atom(_ANSWER), Atom.Any, 0, 100_000).reply()
        return bytes(reply.value.buf())
