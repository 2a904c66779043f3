"""Reads and writes what X clients say to each other about windows: atoms and properties (ICCCM, EWMH)."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import xcffib
from xcffib.xproto import Atom, PropMode

from moof.bridge.window_placement import SizeHints

_MAX_WORDS: Final = 256
_BYTES, _WORDS = 8, 32  # formats of properties
_INPUT_HINT: Final = 1
_DIALOG_TYPES: Final = (
    "_NET_WM_WINDOW_TYPE_DIALOG", "_NET_WM_WINDOW_TYPE_UTILITY", "_NET_WM_WINDOW_TYPE_TOOLBAR",
    "_NET_WM_WINDOW_TYPE_MENU", "_NET_WM_WINDOW_TYPE_SPLASH", "_NET_WM_WINDOW_TYPE_NOTIFICATION",
)  # fmt: skip
_PROTOCOLS: Final = ("WM_TAKE_FOCUS", "_NET_WM_PING")
_DESCRIBING: Final = (
    "WM_NAME", "_NET_WM_NAME", "WM_TRANSIENT_FOR", "WM_NORMAL_HINTS", "WM_HINTS", "WM_PROTOCOLS",
    "_NET_WM_WINDOW_TYPE", "_NET_WM_STATE",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WindowDescription:
    """What a program has declared about a window; `states` are atoms of _NET_WM_STATE.

    `takes_keys`: it wants the keyboard focus; `focus_message`: and sets it by itself when it is asked to
    (WM_TAKE_FOCUS); `sets_focus_alone`: nobody else may set it (ICCCM 4.1.7, globally active); `answers`: it
    answers _NET_WM_PING.
    """

    title: str = ""
    parent: int = 0
    dialog: bool = False
    sizes: SizeHints = field(default_factory=SizeHints)
    takes_keys: bool = True
    focus_message: bool = False
    sets_focus_alone: bool = False
    answers: bool = False
    states: frozenset[int] = field(default_factory=frozenset)


def intern_atoms(core: Any, names: Iterable[str]) -> dict[str, int]:
    """Return the numbers of atoms by name, in one round trip; `core` are a connection's core requests."""
    requests = {name: core.InternAtom(False, len(name), name) for name in names}
    return {name: int(request.reply().atom) for name, request in requests.items()}


class WindowProperties:
    """Properties of the windows of a connection, by name."""

    def __init__(self, connection: Any, names: Iterable[str]) -> None:
        """Look up the atoms of the names, and of those that describe windows, in one round trip."""
        self._core = connection.core
        wanted = dict.fromkeys((*names, *_DESCRIBING, *_DIALOG_TYPES, *_PROTOCOLS, "UTF8_STRING"))
        self._atoms = intern_atoms(self._core, wanted)
        self._describing = {self._atoms[name] for name in _DESCRIBING if name != "_NET_WM_STATE"}

    def __getitem__(self, name: str) -> int:
        return self._atoms[name]

    def names(self, atoms: Iterable[int]) -> set[str]:
        """Return the names of those atoms that were looked up."""
        wanted = set(atoms)
        return {name for name, atom in self._atoms.items() if atom in wanted}

    def describes(self, atom: int) -> bool:
        """Return whether a change of this property is one of the window's description."""
        return atom in self._describing

    def set(self, window: int, name: str, words: Sequence[int], kind: int = Atom.CARDINAL) -> None:
        """Set a property of 32-bit words."""
        data = struct.pack(f"={len(words)}I", *words)
        self._core.ChangeProperty(PropMode.Replace, window, self[name], kind, _WORDS, len(words), data)

    def set_text(self, window: int, name: str, text: str) -> None:
        """Set a property to a text in UTF-8."""
        data, kind = text.encode(), self["UTF8_STRING"]
        self._core.ChangeProperty(PropMode.Replace, window, self[name], kind, _BYTES, len(data), data)

    def touch(self, window: int, name: str) -> None:
        """Add nothing to a property: the event that follows has the display's time."""
        self._core.ChangeProperty(PropMode.Append, window, self[name], Atom.CARDINAL, _WORDS, 0, b"")

    def delete(self, window: int, name: str) -> None:
        """Remove a property."""
        self._core.DeleteProperty(window, self[name])

    def describe(self, window: int) -> WindowDescription | None:
        """Read what a program has declared about a window, in one round trip; None if the window is gone."""
        requests = [
            self._core.GetProperty(False, window, self[name], Atom.Any, 0, _MAX_WORDS) for name in _DESCRIBING
        ]
        try:
            values = [request.reply() for request in requests]
        except xcffib.XcffibException:
            return None
        name, utf8_name, parent, sizes, hints, protocols, types, states = values
        kinds = {self[each] for each in _DIALOG_TYPES}
        input_hint = _input_hint(_words(hints))
        focus_message = self["WM_TAKE_FOCUS"] in _words(protocols)
        return WindowDescription(
            title=_text(utf8_name) or _text(name),
            parent=next(iter(_words(parent)), 0),
            dialog=bool(_words(parent)) or not kinds.isdisjoint(_words(types)[:1]),
            sizes=SizeHints.parse(_words(sizes)),
            takes_keys=input_hint or focus_message,
            focus_message=focus_message,
            sets_focus_alone=focus_message and not input_hint,
            answers=self["_NET_WM_PING"] in _words(protocols),
            states=frozenset(_words(states)),
        )


def _words(reply: Any) -> list[int]:
    if reply.format != _WORDS:
        return []
    raw = bytes(reply.value.buf())
    return list(struct.unpack(f"={len(raw) // 4}I", raw))


def _text(reply: Any) -> str:
    return bytes(reply.value.buf()).decode("utf-8", "replace") if reply.format == _BYTES else ""


def _input_hint(words: Sequence[int]) -> bool:
    """Return WM_HINTS's `input`, whether the window manager is to set the focus; it is by default."""
    return not (len(words) > 1 and words[0] & _INPUT_HINT) or bool(words[1])
