"""How fast a text is typed: as the Mac reads its keys, or at a steady rate if that is unknown. Pure."""

from dataclasses import dataclass
from typing import Final, Protocol

from moof.server.config.options import DEFAULT_TYPING_RATE

MAX_UNREAD_KEYS: Final = 32
"""Key events that the Mac has not read yet, at most."""
_EVENTS_PER_CHARACTER: Final = 2
_POLL_SECONDS: Final = 0.01
_CATCH_UP_SECONDS: Final = 0.05
"""By how much a late event loop may catch up."""


class KeyCounter(Protocol):
    """Counts the key events that the Mac has not read."""

    @property
    def unread_keys(self) -> int | None:
        """How many there are; None if the emulator does not report what it reads."""


@dataclass(slots=True)
class TypingPace:
    """`rate` is in characters a second; times are in seconds of a clock that never goes back.

    A character with modifiers has more key events and takes as much longer.
    """

    rate: float = DEFAULT_TYPING_RATE
    counter: KeyCounter | None = None
    _next: float = float("-inf")

    def wait(self, now: float, events: int) -> float:
        """Return the seconds until so many key events may be sent, 0 for now."""
        unread = self.counter.unread_keys if self.counter is not None else None
        if unread is not None:
            return 0.0 if unread + events <= max(MAX_UNREAD_KEYS, events) else _POLL_SECONDS
        return max(0.0, self._next - now)

    def sent(self, now: float, events: int) -> None:
        """Count key events that were sent."""
        self._next = max(self._next, now - _CATCH_UP_SECONDS) + events / (_EVENTS_PER_CHARACTER * self.rate)
