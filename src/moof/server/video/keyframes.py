"""When a rendition's next picture has to be a key frame. Time is passed in (seconds, CLOCK_MONOTONIC)."""

from dataclasses import dataclass
from typing import Final

KEY_FRAME_INTERVAL: Final = 0.25
"""Seconds between key frames that viewers ask for by PLI or FIR: each costs as much as many others."""


@dataclass(slots=True)
class KeyFrameScheduler:
    """Collects the wishes for a key frame.

    A new viewer gets one at once. A viewer that lost its picture waits until KEY_FRAME_INTERVAL has
    passed since the last one; its request isn't forgotten.
    """

    _newcomer: bool = False
    _lost: bool = False
    _last: float = float("-inf")

    def viewer_joined(self) -> None:
        """Note that somebody has nothing to decode from yet."""
        self._newcomer = True

    def picture_lost(self) -> None:
        """Note a PLI or FIR."""
        self._lost = True

    def due_at(self) -> float | None:
        """Return when a key frame may be made, None when nobody waits for one."""
        if self._newcomer:
            return float("-inf")
        return self._last + KEY_FRAME_INTERVAL if self._lost else None

    def due(self, now: float) -> bool:
        """Return True when a key frame must be made now."""
        at = self.due_at()
        return at is not None and now >= at

    def encoded(self, now: float) -> None:
        """Note that a key frame went out, which serves everybody."""
        self._newcomer = self._lost = False
        self._last = now
