"""Keeps an emulator's own hot keys from it: monitors, dialogs, debuggers, full screen. Sans-IO.

A recipe lists them (`swallow`): names of keys (keycodes.py) joined by +, in which ctrl, shift, alt and meta
stand for the left or the right one. The key that would complete such a combination is swallowed, whichever it
is, since some programs act on a release, too: the display never has all keys of a combination down at once.
All other combinations reach the guest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from moof.bridge.keycodes import x_keycode

_SEPARATOR: Final = "+"
_EITHER_SIDE: Final = ("ctrl", "shift", "alt", "meta")


@dataclass(frozen=True, slots=True)
class HotKey:
    """A combination of keys. Each of `keys` is a set of X key codes, any of which counts as that key."""

    keys: frozenset[frozenset[int]]

    @classmethod
    def parse(cls, text: str) -> "HotKey":
        """Parse a combination such as ctrl+alt+f or f12. Raises ValueError with the name that is unknown."""
        if not isinstance(text, str):
            raise ValueError(f"swallow: {text!r} is not a text such as ctrl+alt+f")
        names = [name.strip() for name in text.lower().split(_SEPARATOR)]
        if len(set(names)) < len(names):
            raise ValueError(f"swallow: {text} names a key twice")
        try:
            return cls(frozenset(_codes(name) for name in names))
        except ValueError as error:
            raise ValueError(f"swallow: {text}: {error}") from error

    def complete(self, down: set[int]) -> bool:
        """Return whether all of its keys are among those that are down."""
        return all(not codes.isdisjoint(down) for codes in self.keys)


def _codes(name: str) -> frozenset[int]:
    names = [f"left{name}", f"right{name}"] if name in _EITHER_SIDE else [name]
    return frozenset(x_keycode(each) for each in names)


class HotKeyFilter:
    """Decides which presses and releases reach the display, and which keys are down there."""

    def __init__(self, hot_keys: Iterable[HotKey] = ()) -> None:
        self._hot_keys = tuple(hot_keys)
        self._down: set[int] = set()
        self._swallowed: set[int] = set()
        """Keys that are held but not down at the display; each stays so until it is released."""

    def press(self, code: int) -> bool:
        """Return whether the press of an X key code is to be sent: not if it repeats or is swallowed."""
        if code in self._down or code in self._swallowed:
            return False
        if any(hot_key.complete(self._down | {code}) for hot_key in self._hot_keys):
            self._swallowed.add(code)
            return False
        self._down.add(code)
        return True

    def release(self, code: int) -> bool:
        """Return whether the release of an X key code is to be sent: only if its press was."""
        self._swallowed.discard(code)
        if code not in self._down:
            return False
        self._down.remove(code)
        return True

    def release_all(self) -> list[int]:
        """Return the X key codes that are to be released now, since nobody holds a key any more."""
        released = sorted(self._down)
        self._down.clear()
        self._swallowed.clear()
        return released
