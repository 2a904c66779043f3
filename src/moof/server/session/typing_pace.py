"""How fast a text is typed: as the Mac reads its keys, or at a steady rate if that is unknown. Pure."""

from dataclasses import dataclass, field
from typing import Final

from moof.server.config.options import DEFAULT_TYPING_RATE
from moof.server.emulator.extension import EmulatorExtension, NoExtension

MAX_UNREAD_KEYS: Final = 32
"""Key events that the Mac has not read yet, at most."""
_EVENTS_PER_CHARACTER: Final = 2
_LOOK_SECONDS: Final = 0.25
"""Until the Mac's reading is looked at again; when it has read, the typist is told."""
_CATCH_UP_SECONDS: Final = 0.05
"""By how much a late event loop may catch up."""


@dataclass(slots=True)
class TypingPace:
    """`rate` is in characters a second; times are in seconds of a clock that never goes back.

    A character with modifiers has more key events and takes as much longer.
    """

    rate: float = DEFAULT_TYPING_RATE
    extension: EmulatorExtension = field(default_factory=NoExtension)
    _next: float = float("-inf")

    def wait(self, now: float, events: int) -> float:
        """Return the seconds until so many key events may be sent, 0 for now."""
        unread = self.extension.unread_keys
        if unread is not None:
            return 0.0 if unread + events <= max(MAX_UNREAD_KEYS, events) else _LOOK_SECONDS
        return max(0.0, self._next - now)

    def sent(self, now: float, events: int) -> None:
        """Count key events that were sent."""
        self._next = max(self._next, now - _CATCH_UP_SECONDS) + events / (_EVENTS_PER_CHARACTER * self.rate)
