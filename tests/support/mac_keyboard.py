"""A model of a Mac's keyboard: key events in, characters out, as its Event Manager makes them of a layout."""

from dataclasses import dataclass, field

from moof.keyboard import Layout, Level, Stroke

SHIFT, CAPS_LOCK, OPTION = 0x38, 0x39, 0x3A
SHIFTS, OPTIONS, SHORTCUTS = {SHIFT, 0x7B}, {OPTION, 0x7C}, {0x36, 0x37, 0x7D}
OTHERS = {0x24: "\r", 0x30: "\t"}


@dataclass
class MacKeyboard:
    """Keys that are down, a dead key that waits for the next, and the text typed so far."""

    layout: Layout
    down: set[int] = field(default_factory=set)
    text: str = ""
    accent: str = ""

    def key(self, code: int, *, down: bool) -> None:
        """Press or release a key."""
        if not down:
            self.down.discard(code)
            return
        assert code not in self.down, f"{code:#x} is down already"
        self.down.add(code)
        if self.down & SHORTCUTS:
            return  # Command and Control make shortcuts of keys
        if code in OTHERS:
            self._give(OTHERS[code])
        elif code in self.layout.keys:
            self._press(code)

    def tap(self, strokes: tuple[Stroke, ...]) -> None:
        """Tap keys, each with its modifiers."""
        for stroke in strokes:
            modifiers = [code for code, on in ((SHIFT, stroke.shift), (OPTION, stroke.option)) if on]
            for code in (*modifiers, stroke.code):
                self.key(code, down=True)
            for code in (stroke.code, *modifiers):
                self.key(code, down=False)

    def _press(self, code: int) -> None:
        level = Level(bool(self.down & SHIFTS) * Level.SHIFT + bool(self.down & OPTIONS) * Level.OPTION)
        output = self.layout.output(code, level, caps=CAPS_LOCK in self.down)
        if not output.dead:
            self._give(output.character)
            return
        self._give("")
        self.accent = output.character

    def _give(self, character: str) -> None:
        accent, self.accent = self.accent, ""
        if accent:
            character = self.layout.compositions[accent].get(character, accent + character)
        self.text += character
