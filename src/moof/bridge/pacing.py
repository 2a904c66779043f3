"""How often pictures may follow each other. Pure; `now` is passed in, in seconds."""

from dataclasses import dataclass
from typing import Final

FRAMES_PER_SECOND: Final = 60
_PERIOD: Final = 1 / FRAMES_PER_SECOND


@dataclass(slots=True)
class Pacing:
    """At most sixty frames a second on average; one after a pause goes out at once.

    A frame may come half a period early, so that a program whose own sixty hertz wobbles against ours loses
    none.
    """

    _due: float = 0.0

    def delay(self, now: float) -> float:
        """Return the seconds until the next frame may go out, 0 for now."""
        return max(0.0, self._due - now)

    def passed(self, now: float) -> None:
        """Count a frame, or a look at the picture that found none."""
        self._due = max(self._due, now - _PERIOD / 2) + _PERIOD
