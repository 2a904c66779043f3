"""Limits the log: what a stranger can cause again and again is written a few times, then counted."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from moof.plain_text import plain_text
from moof.token_bucket import TokenBucket

MAX_TEXT: Final = 8_000
"""Characters of one entry."""
_ENTRIES_PER_SECOND: Final = 0.5
_ENTRY_BURST: Final = 20.0
_DEBUG_ENTRIES_PER_SECOND: Final = 20.0
_DEBUG_BURST: Final = 200.0
_CHARACTERS_PER_ENTRY: Final = 500
"""A longer entry, such as a traceback, counts for more than one."""
_MAX_COST: Final = 10.0
_AUDIT_LOGGER: Final = "moof.audit"
"""`LOGGER_NAME` of moof/server/auth/audit.py, whose imports not every command needs."""

Place = tuple[str, int, int]


class PlainFormatter(logging.Formatter):
    """Formats an entry without control characters, and cuts a very long one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of an entry, with its traceback."""
        text = plain_text(super().format(record))
        return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + " …"


class LogLimiter(logging.Filter):
    """A filter of a handler that limits how often each place in the code logs. May be used by any thread.

    The text does not matter, which a stranger may vary: a place is a line of a file, and a level. The last
    entry of a burst and each later one say how many were left out.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` returns seconds and never goes back."""
        super().__init__()
        self._clock = clock
        self._places: dict[Place, _PlaceLimit] = {}
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether an entry is written; add to its text what was left out before it.

        The audit log limits itself, each of its events apart.
        """
        if record.name == _AUDIT_LOGGER:
            return True
        place = record.pathname, record.lineno, record.levelno
        text = record.getMessage()
        with self._lock:
            limit = self._places.setdefault(place, _PlaceLimit(debug=record.levelno <= logging.DEBUG))
            note = limit.admit(len(text) + (2_000 if record.exc_info else 0), self._clock())
        if note:
            record.msg, record.args = text + note, None
        return note is not None


class _PlaceLimit:
    """How often one place may log, and how many of its entries were left out."""

    def __init__(self, *, debug: bool) -> None:
        if debug:
            self._bucket = TokenBucket(_DEBUG_ENTRIES_PER_SECOND, _DEBUG_BURST)
        else:
            self._bucket = TokenBucket(_ENTRIES_PER_SECOND, _ENTRY_BURST)
        self._suppressed = 0

    def admit(self, characters: int, now: float) -> str | None:
        """Return None if an entry is left out, otherwise what is added to its text."""
        if not self._bucket.take(now):
            self._suppressed += 1
            return None
        self._bucket.spend(min(characters / _CHARACTERS_PER_ENTRY, _MAX_COST))
        suppressed, self._suppressed = self._suppressed, 0
        if suppressed:
            return f" ({suppressed} more suppressed)"
        return "" if self._bucket.wait(now) == 0.0 else " (more of these are suppressed for now)"


def start_logging(handler: logging.Handler, form: str, verbose: bool) -> None:
    """Log by a handler, limited: others' warnings and our information; `verbose`: all of ours."""
    handler.addFilter(LogLimiter())
    handler.setFormatter(PlainFormatter(form))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("moof").setLevel(logging.DEBUG if verbose else logging.INFO)
