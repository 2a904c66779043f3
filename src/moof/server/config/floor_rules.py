"""How mouse and keyboard are passed on among the people at one Mac."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MIN_TURN_MINUTES: Final = 0.1
MAX_TURN_MINUTES: Final = 24 * 60


class FloorMode(StrEnum):
    """How the floor is passed on: the right to use mouse and keyboard."""

    FREE = "free"
    """Everybody who may play uses the Mac at any time."""
    REQUEST = "request"
    """One has it; the holder passes it on, or an owner does."""
    QUEUE = "queue"
    """As `REQUEST`; after some minutes it goes to whoever waits longest."""


@dataclass(frozen=True, slots=True)
class FloorRules:
    """The mode, and for `QUEUE` how long a holder keeps the floor while others wait."""

    mode: FloorMode = FloorMode.FREE
    turn_minutes: float = 5.0

    def __post_init__(self) -> None:
        """Raise ValueError for a time that is not from 0.1 to 1,440 minutes."""
        if not MIN_TURN_MINUTES <= self.turn_minutes <= MAX_TURN_MINUTES:
            raise ValueError(f"a turn has 0.1 to {MAX_TURN_MINUTES} minutes, not {self.turn_minutes}")


def parse_floor_mode(text: str) -> FloorMode:
    """Return the mode of that name. Raises ValueError, with a sentence for people."""
    try:
        return FloorMode(text)
    except ValueError:
        known = ", ".join(FloorMode)
        raise ValueError(f"'{text}' is none of {known}") from None
