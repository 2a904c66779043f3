"""A keyboard of a display: layouts of many countries, keys by their place, text as a hand types it."""

from __future__ import annotations

import ctypes
import subprocess
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from moof.bridge.keycodes import EVDEV_KEYS
from support.x_desktop import XDesktop

EVDEV_TO_X: Final = 8
STROKE_SECONDS: Final = 0.008
"""Seconds between two steps of a hand."""

_DEAD_KEYS: Final = {
    0xFE50: "\u0300",
    0xFE51: "\u0301",
    0xFE52: "\u0302",
    0xFE53: "\u0303",
    0xFE57: "\u0308",
    0xFE58: "\u030a",
    0xFE5A: "\u030c",
    0xFE5B: "\u0327",
    0xFE5C: "\u0328",
}
"""X's keysyms of dead keys (keysymdef.h) and the combining characters that they add."""
_ALONE: Final = {"`": "\u0300", "´": "\u0301", "^": "\u0302", "~": "\u0303", "¨": "\u0308"}
"""What a dead key types with the space bar."""
_ALTGR: Final = 0xFE03  # ISO_Level3_Shift
_LEVELS: Final = ((0, False, False), (1, True, False), (4, False, True), (5, True, True))
"""Where the core protocol has a key's four levels (XKB protocol, section 12.2): index, Shift, AltGr."""

_xkbcommon = ctypes.CDLL("libxkbcommon.so.0")  # a library of every browser's
_xkbcommon.xkb_keysym_to_utf32.argtypes = [ctypes.c_uint32]
_xkbcommon.xkb_keysym_to_utf32.restype = ctypes.c_uint32


@dataclass(frozen=True)
class Stroke:
    """A key and the modifiers that are held with it."""

    code: int
    shift: bool = False
    altgr: bool = False


class NoKeyError(Exception):
    """The layout has no key for a character."""


class XKeyboard:
    """The keyboard of a display. Keys have Linux's names (input-event-codes.h), such as "rightalt"."""

    def __init__(self, desktop: XDesktop) -> None:
        self._desktop = desktop
        self._strokes: dict[str, Stroke] = {}

    def set_layout(self, layout: str, variant: str = "") -> str:
        """Change what the keys mean, by xkeyboard-config's names of layout and variant.

        Returns:
            A character that another key typed before, or none did; empty if the layout is the same as before.
        """
        command = ["setxkbmap", "-display", self._desktop.display, "-layout", layout, "-variant", variant]
        subprocess.run(command, check=True)
        before, self._strokes = self._strokes, dict(self._read_strokes())
        marks = _DEAD_KEYS.values()
        changed = (each for each, stroke in self._strokes.items() if before.get(each) != stroke)
        return next((each for each in changed if each and each not in marks), "")

    def press(self, *names: str) -> None:
        """Press keys one after the other; they stay down."""
        for name in names:
            self._key(x_code(name), down=True)

    def release(self, *names: str) -> None:
        """Release keys one after the other."""
        for name in names:
            self._key(x_code(name), down=False)

    def tap(self, *names: str) -> None:
        """Press keys one after the other and release them in the opposite order."""
        self.press(*names)
        self.release(*reversed(names))

    def type(self, text: str) -> None:
        """Type a text. Raises NoKeyError for a character that the layout has not."""
        for character in text:
            for stroke in self.strokes(character):
                self._type(stroke)

    def strokes(self, character: str) -> list[Stroke]:
        """Return the keys for a character: one, or a dead key and another one. Raises NoKeyError."""
        if character in self._strokes:
            return [self._strokes[character]]
        base, *marks = list(unicodedata.normalize("NFD", character))
        if len(marks) == 1 and {base, *marks} <= set(self._strokes):
            return [self._strokes[marks[0]], self._strokes[base]]
        if mark := _ALONE.get(character):
            return [self._strokes[mark], self._strokes[" "]]
        raise NoKeyError(character)

    def _type(self, stroke: Stroke) -> None:
        held = [x_code("leftshift")] * stroke.shift + [x_code("rightalt")] * stroke.altgr
        for code in [*held, stroke.code]:
            self._key(code, down=True)
        for code in [stroke.code, *held]:
            self._key(code, down=False)

    def _key(self, code: int, *, down: bool) -> None:
        self._desktop.key(code, down=down)
        time.sleep(STROKE_SECONDS)

    def _read_strokes(self) -> Iterator[tuple[str, Stroke]]:
        """Yield what each key types, the most difficult ways first: the last one of a character counts."""
        setup = self._desktop.setup
        first, count = setup.min_keycode, setup.max_keycode - setup.min_keycode + 1
        mapping: Any = self._desktop.connection.core.GetKeyboardMapping(first, count).reply()

        def symbol(code: int, level: int) -> int:
            return int(mapping.keysyms[(code - first) * mapping.keysyms_per_keycode + level])

        has_altgr = symbol(x_code("rightalt"), 0) == _ALTGR
        for level, shift, altgr in reversed(_LEVELS if has_altgr else _LEVELS[:2]):
            for code in _PRINTED:
                text = _DEAD_KEYS.get(symbol(code, level)) or _character(symbol(code, level))
                yield text, Stroke(code, shift, altgr)
        for text, name in {" ": "space", "\n": "enter", "\t": "tab"}.items():
            yield text, Stroke(x_code(name))


def x_code(name: str) -> int:
    """Return the X key code of a key: an X server without a screen numbers them as Linux does."""
    return EVDEV_KEYS[name] + EVDEV_TO_X


_PRINTED: Final = [
    x_code("102nd"),
    *range(x_code("1"), x_code("equal") + 1),
    *range(x_code("q"), x_code("slash") + 1),
]
"""The keys of letters, digits and signs; 102nd is not on every keyboard."""


def _character(symbol: int) -> str:
    code = int(_xkbcommon.xkb_keysym_to_utf32(symbol))
    return chr(code) if code >= 0x20 and code != 0x7F else ""
