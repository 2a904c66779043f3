"""One keyboard layout: the characters of its keys, its dead keys, and the strokes that type a character."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Final

ISO_KEY: Final = 0x0A
"""The key that only ISO keyboards have; there it is the one left of 1, and 0x32 stands left of Z."""
SPACE_KEY: Final = 0x31

_ACCENTS: Final = {"`": 0x300, "´": 0x301, "^": 0x302, "ˆ": 0x302, "~": 0x303, "˜": 0x303, "¨": 0x308}
"""The combining mark of each dead key. All that a Mac composes are letters that MacRoman has in one piece."""


class LayoutError(ValueError):
    """A layout that does not exist, or a file with an invalid one."""


class Level(IntEnum):
    """Which of a key's four characters: bit 0 is Shift, bit 1 is Option."""

    PLAIN = 0
    SHIFT = 1
    OPTION = 2
    OPTION_SHIFT = 3


@dataclass(frozen=True, slots=True)
class KeyOutput:
    """What a key gives: a character of MacRoman, "" for none; of a dead key, its accent."""

    character: str
    dead: bool = False


NO_OUTPUT: Final = KeyOutput("")


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key to tap: its ADB code, and whether Shift and Option are down meanwhile."""

    code: int
    shift: bool = False
    option: bool = False


RETURN: Final = Stroke(0x24)
TAB: Final = Stroke(0x30)


@dataclass(frozen=True)
class Layout:
    """A keyboard layout. Keys outside the main block, as those of the keypad, are not part of it."""

    name: str
    title: str
    keys: Mapping[int, tuple[KeyOutput, KeyOutput, KeyOutput, KeyOutput]]
    """ADB code → what the key gives, by `Level`."""
    caps: Mapping[str, str]
    """Character of a key → the one with caps lock, where it is not the one with Shift."""

    @cached_property
    def compositions(self) -> Mapping[str, Mapping[str, str]]:
        """Accent of each dead key → next character → what the Mac makes of both; a space gives the accent."""
        outputs = {output for levels in self.keys.values() for output in levels}
        accents = sorted(output.character for output in outputs if output.dead)
        return {accent: _compositions(accent) for accent in accents}

    def output(self, code: int, level: Level, *, caps: bool = False) -> KeyOutput:
        """Return what a key gives. Caps lock acts as Shift does, on letters alone."""
        levels = self.keys.get(code)
        if levels is None:
            return NO_OUTPUT
        output = levels[level]
        if not caps or output.dead:
            return output
        if output.character in self.caps:
            return KeyOutput(self.caps[output.character])
        shifted = levels[level | Level.SHIFT]
        is_letter = output.character != shifted.character == output.character.upper()
        return shifted if is_letter else output

    def strokes(self, character: str) -> tuple[Stroke, ...]:
        """Return the strokes that type a character: one, a dead key's and another, or none."""
        return self._strokes.get(character, ())

    @cached_property
    def _strokes(self) -> Mapping[str, tuple[Stroke, ...]]:
        strokes: dict[str, tuple[Stroke, ...]] = {"\r": (RETURN,), "\t": (TAB,)}
        dead: dict[str, Stroke] = {}
        for output, stroke in self._outputs():
            if output.dead:
                dead.setdefault(output.character, stroke)
            elif output.character:
                strokes.setdefault(output.character, (stroke,))
        for accent, first in dead.items():
            for base, composed in self.compositions[accent].items():
                if base in strokes:
                    strokes.setdefault(composed, (first, *strokes[base]))
        return strokes

    def _outputs(self) -> Iterator[tuple[KeyOutput, Stroke]]:
        """Yield what every key gives, those first that are typed most easily and that every keyboard has."""
        order = sorted((code == ISO_KEY, level, code) for code in self.keys for level in Level)
        for _, level, code in order:
            stroke = Stroke(code, bool(level & Level.SHIFT), bool(level & Level.OPTION))
            yield self.keys[code][level], stroke


def is_mac_roman(character: str) -> bool:
    """Return whether MacRoman has the character."""
    try:
        character.encode("mac_roman")
    except UnicodeEncodeError:
        return False
    return True


def is_accent(character: str) -> bool:
    """Return whether a dead key can have this accent."""
    return character in _ACCENTS


def _compositions(accent: str) -> dict[str, str]:
    """Return the letters of MacRoman with this accent by those without it; a space gives the accent."""
    mark = chr(_ACCENTS[accent])
    composed = {}
    for base in map(chr, range(ord("A"), ord("z") + 1)):
        letter = unicodedata.normalize("NFC", base + mark)
        if base.isalpha() and len(letter) == 1 and is_mac_roman(letter):
            composed[base] = letter
    return {" ": accent} | composed
