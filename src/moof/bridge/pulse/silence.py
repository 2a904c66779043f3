"""Whether programs play sound or silence, as those do whose sound device is always open. Sans-IO.

While only silence is played, nobody needs to request it: neither the server nor its event loop is woken.
"""

import math
from typing import Final

SILENT_AFTER: Final = 0.5
"""Seconds of silence after which programs count as silent: longer than a pause within a tune."""


class SilenceDetector:
    """Takes in what is played, at times in seconds."""

    def __init__(self) -> None:
        self._sound_at = -math.inf
        self._may_play = False

    def played(self, data: bytes, now: float) -> bool:
        """Take in played samples, signed 16-bit; return whether there is sound in them."""
        has_sound = data.count(0) < len(data)
        if has_sound:
            self._sound_at = now
        return has_sound

    def written(self, now: float) -> None:
        """Take in that a program has written sound, which is played soon."""
        self._sound_at = now

    def is_open(self, may_play: bool, now: float) -> bool:
        """Return whether there may be sound; `may_play` is whether a program has a stream that is not paused.

        A stream that has just been opened counts as sound.
        """
        if may_play and not self._may_play:
            self._sound_at = now
        self._may_play = may_play
        return may_play and now - self._sound_at < SILENT_AFTER
