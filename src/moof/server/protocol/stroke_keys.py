"""Turns the strokes of a text into key messages, whatever is down in the Mac meanwhile. Pure."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field

from moof.ipc import Key
from moof.keyboard import Layout, Level, Stroke
from moof.server.protocol.held_keys import CAPS_LOCK, COMMAND, CONTROLS, OPTIONS, SHIFTS


def stroke_keys(
    strokes: Sequence[Stroke], layout: Layout, down: Set[int], *, hold: bool = False
) -> list[Key]:
    """Return the messages that type the strokes: send them in one go.

    `down` are the ADB codes of all keys that are down. Modifiers that differ are changed around each press
    and restored after it. Caps lock counts as a modifier: with it, a letter is a capital whatever Shift does.
    With `hold`, the last key stays down.
    """
    keys = _KeySequence(set(down))
    for index, stroke in enumerate(strokes):
        keys.type(stroke, layout, hold=hold and index == len(strokes) - 1)
    return keys.messages


def shortcut_keys(strokes: Sequence[Stroke], down: Set[int], *, hold: bool = False) -> list[Key]:
    """Return the messages that press a character's key alone: Command or Control, which are down, count."""
    keys = _KeySequence(set(down))
    if strokes:
        keys.tap(strokes[-1].code, hold=hold)
    return keys.messages


@dataclass(slots=True)
class _KeySequence:
    """Messages, and the keys that are down after them."""

    down: set[int]
    messages: list[Key] = field(default_factory=list)

    def type(self, stroke: Stroke, layout: Layout, *, hold: bool) -> None:
        """Tap a key with the modifiers of a stroke and no others."""
        self._set([stroke.code] if stroke.code in self.down else (), down=False)
        lifted = sorted(self.down & _unwanted(stroke, layout))
        pressed = [
            min(kind)
            for kind, wanted in ((SHIFTS, stroke.shift), (OPTIONS, stroke.option))
            if wanted and kind.isdisjoint(self.down)
        ]
        self._set(lifted, down=False)
        self._set(pressed, down=True)
        self.tap(stroke.code, hold=hold)
        self._set(reversed(pressed), down=False)
        self._set(lifted, down=True)

    def tap(self, code: int, *, hold: bool) -> None:
        """Tap a key, which may be down; with `hold`, it stays down."""
        if code in self.down:
            self._set([code], down=False)
        self._set([code], down=True)
        if not hold:
            self._set([code], down=False)

    def _set(self, codes: Iterable[int], *, down: bool) -> None:
        for code in codes:
            (self.down.add if down else self.down.discard)(code)
            self.messages.append(Key(code, down))


def _unwanted(stroke: Stroke, layout: Layout) -> frozenset[int]:
    """Return the modifiers with which a stroke would type something else."""
    level = Level(stroke.shift * Level.SHIFT + stroke.option * Level.OPTION)
    # What caps lock does to Option differs between versions of a layout.
    capitals = stroke.option or layout.output(stroke.code, level) != layout.output(
        stroke.code, level, caps=True
    )
    return frozenset(
        {COMMAND, *CONTROLS}
        | (SHIFTS if not stroke.shift else set())
        | (OPTIONS if not stroke.option else set())
        | ({CAPS_LOCK} if capitals else set())
    )
