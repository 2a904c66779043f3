"""The one way to the Mac's keyboard, for what people press and for what the server types."""

from collections.abc import Iterable, Sequence

from moof.ipc import Key
from moof.keyboard import Layout, Stroke, missing_characters, normalized
from moof.server.emulator.link import MessageSink
from moof.server.protocol.held_keys import HeldKeys
from moof.server.protocol.stroke_keys import shortcut_keys, stroke_keys
from moof.server.session.layout_control import LayoutControl


class KeyboardWriter:
    """Sends keys, and knows which are down in the Mac by all viewers together.

    What one call sends is not interrupted by another one: everything happens on the event loop, and no other
    part sends keys. So a key that somebody presses never gets a modifier that belongs to a typed character.
    """

    def __init__(self, emulator: MessageSink, layouts: LayoutControl) -> None:
        self._emulator = emulator
        self._layouts = layouts
        self._down: set[int] = set()

    @property
    def layout(self) -> Layout:
        """The Mac's keyboard layout."""
        return self._layouts.layout

    def send(self, keys: Iterable[Key]) -> bool:
        """Send keys; return False if no emulator is connected."""
        sent = True
        for key in keys:
            sent = self._emulator.send(key) and sent
            (self._down.add if key.down else self._down.discard)(key.mac_keycode)
        return sent

    def keys_for(self, strokes: Sequence[Stroke]) -> list[Key]:
        """Return the messages that type strokes now: send them before anything else is sent."""
        return stroke_keys(strokes, self.layout, self._down)

    def type_character(self, held: HeldKeys, place: int | None, text: str) -> str:
        """Type a character at once; the key at `place` holds its last key. Return what cannot be typed.

        With Command or Control in `held`, the character's key is pressed with what is down.
        """
        text = normalized(text)
        missing = missing_characters(text, self.layout)
        strokes = [stroke for each in text for stroke in self.layout.strokes(each)]
        if not strokes:
            return missing
        hold = place is not None
        if held.has_shortcut_modifier:
            self.send(shortcut_keys(strokes, self._down, hold=hold))
        else:
            self.send(stroke_keys(strokes, self.layout, self._down, hold=hold))
        if place is not None:
            held.hold_typed(place, strokes[-1].code)
        return missing

    def forget(self) -> None:
        """Take all keys for released: another emulator is connected."""
        self._down.clear()
