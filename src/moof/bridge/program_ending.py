"""What the end of a program means: the Mac was shut down, the program failed, or cannot run at all. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from moof.ipc import EXIT_STATUS_FAILED, EXIT_STATUS_OK, EXIT_STATUS_RESTART
from moof.process import EXIT_STATUS_CANNOT_RUN

START_SECONDS: Final = 10.0
"""A program that ends within this time, and that nobody has used, was not shut down by its user."""
_SHOWN_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class KnownMessage:
    """What a program writes before it gives up (`pattern`, a regular expression), and what people read."""

    pattern: str
    says: str

    def __post_init__(self) -> None:
        """Raise ValueError for an invalid expression."""
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"pattern {self.pattern!r}: {error}") from error

    def matches(self, line: str) -> bool:
        """Return whether a line of the program's output contains the message."""
        return re.search(self.pattern, line) is not None


@dataclass(frozen=True, slots=True)
class ProgramEnding:
    """How a program ended.

    Attributes:
        name: the program's.
        status: its exit status, negative for a signal.
        seconds: how long it ran.
        used: whether a viewer has pressed a key or a button.
        lines: its last lines of output.
    """

    name: str
    status: int
    seconds: float
    used: bool
    lines: Sequence[str]

    def interpret(self, messages: Sequence[KnownMessage]) -> tuple[int, str]:
        """Return the bridge's exit status, and a sentence that says why it is not 0 or 75 ("" if it is).

        A status of 0 is not believed where a known message says that the program failed, or where it ended
        right after its start: Basilisk II and SheepShaver end so if they cannot use their ROM.
        """
        if self.status == EXIT_STATUS_RESTART:
            return EXIT_STATUS_RESTART, ""
        for message in messages:
            for line in self.lines:
                if message.matches(line):
                    return EXIT_STATUS_CANNOT_RUN, f"{message.says} {self.name} says: {line}"
        if self.status == EXIT_STATUS_OK:
            if self.used or self.seconds >= START_SECONDS:
                return EXIT_STATUS_OK, ""
            return (
                EXIT_STATUS_CANNOT_RUN,
                f"{self.name} ended as soon as it was started. {self._last_lines()}",
            )
        return EXIT_STATUS_FAILED, f"{self.name} ended with status {self.status}. {self._last_lines()}"

    def _last_lines(self) -> str:
        lines = list(self.lines)[-_SHOWN_LINES:]
        return f"Its last lines: {' / '.join(lines)}" if lines else "It has written nothing."
