"""Decides when an emulator has stopped answering. Sans-IO: what it shows and `now` are passed in.

An emulator shows that it works by its frames, its sound, and by reading its socket. One that is idle shows
nothing by itself, so it is asked: it must answer a ping by a frame (docs/contract.md, "Ping"). Only one that
is asked again and again and shows nothing has stopped answering.
"""

from dataclasses import dataclass
from typing import Final

SILENT_SECONDS: Final = 10.0
"""For so long an emulator must have shown nothing, although it is asked."""
_MAX_GAP_SECONDS: Final = 6.0
"""Two observations further apart mean that this machine slept, or that this process was stopped."""
_FIRST_QUESTIONS: Final = 5
"""A new emulator is asked so often, whatever it shows, to learn whether it answers."""
_RELIABLE_ANSWERS: Final = 3


@dataclass(frozen=True, slots=True)
class SignsOfLife:
    """What an emulator has done so far, from its segment and its socket."""

    frames: int
    """Frames published."""
    sound: tuple[int, int]
    """Answers to requests for sound: how many, and the ring's write index, since some do not count."""
    answer: int
    """The number of the question that it answered last, 0 for none."""
    unread: int | None
    """How much is in the control socket that it has not read; None if it accepts no connection any more."""


class ResponseWatch:
    """Watches one emulator after the other, by observations every two seconds. `now`: CLOCK_MONOTONIC, s.

    An emulator that reads its socket and publishes nothing has stopped answering only if it has answered
    every question before: those of others may read pings and never answer them.
    """

    def __init__(self) -> None:
        self._pid: int | None = None
        self._signs: SignsOfLife | None = None
        self._observed_at = 0.0
        self._silent_since: float | None = None
        self._questions = self._answers = 0
        self._only_reads = False

    @property
    def pid(self) -> int | None:
        """The emulator that was observed last."""
        return self._pid

    def silent_seconds(self, now: float) -> float:
        """Return for how long it has been asked and has shown nothing; 0 if it has answered."""
        return now - self._silent_since if self._silent_since is not None else 0.0

    def is_responding(self, now: float) -> bool:
        """Return whether the emulator has shown something within `SILENT_SECONDS`, or was not asked."""
        return self.silent_seconds(now) < SILENT_SECONDS

    def pause(self) -> None:
        """Forget the silence so far: the emulator is paused, or its process is stopped."""
        self._signs = self._silent_since = None

    def reset(self) -> None:
        """Forget the emulator: there is none any more."""
        self.pause()
        self._pid = None
        self._questions = self._answers = 0
        self._only_reads = False

    def observe(self, pid: int, signs: SignsOfLife, now: float) -> None:
        """Take in what the emulator shows now."""
        if pid != self._pid:
            self.reset()
        before, slept = self._signs, now - self._observed_at > _MAX_GAP_SECONDS
        self._pid, self._signs, self._observed_at = pid, signs, now
        if before is None or slept:
            self._silent_since = None
        else:
            self._compare(before, signs, now)

    def next_question(self) -> int | None:
        """Return the number of the question to ask now, None if none is due."""
        if self._pid is None or (self._silent_since is None and self._questions >= _FIRST_QUESTIONS):
            return None
        self._questions += 1
        return self._questions

    def _compare(self, before: SignsOfLife, signs: SignsOfLife, now: float) -> None:
        self._answers += signs.answer > before.answer
        if (signs.frames, signs.sound, signs.answer) != (before.frames, before.sound, before.answer):
            self._silent_since = None
        elif self._silent_since is None:
            self._silent_since = now
        elif self._reads(before, signs) and not self._is_reliable:
            self._silent_since, self._only_reads = None, True

    @property
    def _is_reliable(self) -> bool:
        """Whether it has answered several questions, and never only read one."""
        return self._answers >= _RELIABLE_ANSWERS and not self._only_reads

    def _reads(self, before: SignsOfLife, signs: SignsOfLife) -> bool:
        if signs.unread is None:
            return False
        return not signs.unread or (before.unread is not None and signs.unread < before.unread)
