"""Whether the program behind the shown window still answers, as far as that can be known.

While a program handles its events it answers the window manager's question (EWMH, _NET_WM_PING) if its window
says that it can: SDL 2, GTK and Qt do. It is asked when its window appears, and whenever it has drawn nothing
for a few seconds. While it does not answer, the bridge shows the server no sign of life of its own either, so
that the server says of it what it says of any emulator that has stopped answering.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from moof.bridge.x_display import XDisplay

LOG: Final = logging.getLogger(__name__)

ASK_SECONDS: Final = 3
SILENT_SECONDS: Final = 6
"""The server waits ten more."""


class AnswerWatch:
    """Decides when to ask, and what silence means. Pure: `second_passed` is called once a second."""

    def __init__(self) -> None:
        self._window = 0
        self._seconds = 0
        self.has_answered = False
        """Whether the program of that window can be asked."""

    @property
    def is_silent(self) -> bool:
        """Whether a program that has answered before neither draws nor answers."""
        return self.has_answered and self._seconds >= SILENT_SECONDS

    def second_passed(self, window: int) -> bool:
        """Return whether to ask the program of that window now; 0 if the shown one's cannot be asked."""
        if window != self._window:
            self._window, self._seconds, self.has_answered = window, 0, False
        else:
            self._seconds += 1
        return window != 0 and self._seconds % ASK_SECONDS == 0

    def drawn(self) -> None:
        """Note a sign of life, or that none can be expected."""
        self._seconds = 0

    def answered(self) -> None:
        """Note an answer."""
        self._seconds, self.has_answered = 0, True


class ProgramAnswers:
    """Asks the program on a display; belongs to the event loop."""

    def __init__(self, display: XDisplay, name: str) -> None:
        """`name` is the program's, for the log."""
        self.is_silent = False
        """Whether the program has stopped answering."""
        self.paused = False
        """Whether it cannot answer because it is paused."""
        self._display = display
        self._name = name
        self._watch = AnswerWatch()
        self._answers = 0
        self._excuses = 0

    @contextmanager
    def excused(self) -> Iterator[None]:
        """Expect no answers meanwhile: the program saves or loads a state."""
        self._excuses += 1
        try:
            yield
        finally:
            self._excuses -= 1
            self._watch.drawn()

    def second_passed(self) -> None:
        """Ask the program if that is due."""
        self._look()
        if self.paused or self._excuses:
            self._watch.drawn()
        elif self._watch.second_passed(window := self._display.askable_window()):
            self._display.ask(window)
        self._set_silent()

    def drawn(self) -> None:
        """Note that the program has drawn."""
        self._watch.drawn()
        self._set_silent()

    def _look(self) -> None:
        """Note the answers that have come."""
        if self._answers != self._display.answers:
            self._answers = self._display.answers
            if not self._watch.has_answered:
                LOG.debug("%s answers questions.", self._name)
            self._watch.answered()

    def _set_silent(self) -> None:
        if self._watch.is_silent == self.is_silent:
            return
        self.is_silent = not self.is_silent
        if self.is_silent:
            LOG.warning("%s has stopped answering.", self._name)
        else:
            LOG.info("%s answers.", self._name)
