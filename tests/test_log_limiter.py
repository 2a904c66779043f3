"""What reaches a handler behind the limiter; the clock is the test's."""

import logging
import re
from collections.abc import Iterator

import pytest

from moof.log_limiter import MAX_TEXT, LogLimiter, PlainFormatter
from moof.server.auth.audit import LOGGER_NAME


class Log:
    """A logger with one handler, which keeps what is written."""

    def __init__(self) -> None:
        self.now = 0.0
        self.lines: list[str] = []
        self.logger = logging.getLogger("test.limited")
        self.logger.propagate = False
        self.logger.setLevel(logging.DEBUG)
        handler = logging.Handler()
        handler.emit = lambda record: self.lines.append(handler.format(record))  # type: ignore[method-assign]
        handler.addFilter(LogLimiter(lambda: self.now))
        handler.setFormatter(PlainFormatter("%(message)s"))
        self.logger.addHandler(handler)

    def refuse(self, who: str) -> None:
        """Log what a stranger can cause."""
        self.logger.warning("%s is refused", who)


@pytest.fixture
def log() -> Iterator[Log]:
    yield (log := Log())
    log.logger.handlers.clear()


def test_burst_is_written_and_the_rest_is_counted(log: Log) -> None:
    for number in range(1000):
        log.refuse(f"client {number}")
    assert log.lines[0] == "client 0 is refused"
    assert log.lines[-1].endswith(" (more of these are suppressed for now)")
    written = len(log.lines)
    assert written < 25
    log.now += 60.0
    log.refuse("client 2000")
    assert log.lines[written:] == [f"client 2000 is refused ({1000 - written} more suppressed)"]
    log.refuse("client 2001")
    assert log.lines[-1] == "client 2001 is refused"


def test_each_place_has_a_limit_of_its_own(log: Log) -> None:
    for _ in range(1000):
        log.refuse("a client")
    log.logger.warning("something else")
    assert log.lines[-1] == "something else"


@pytest.mark.parametrize("length", [10, 400, 5_000])
def test_log_grows_by_less_than_a_kilobyte_a_second(log: Log, length: int) -> None:
    log.refuse("x" * length)
    for _ in range(10_000):
        log.now += 0.01
        log.refuse("x" * length)
    assert sum(map(len, log.lines)) < 100 * 1000


def test_traceback_counts_for_more(log: Log) -> None:
    for _ in range(100):
        try:
            raise ValueError("\x1b[31mred")
        except ValueError:
            log.logger.exception("a failure")
    assert len(log.lines) < 6
    assert "ValueError: red" in log.lines[0]


def test_verbose_output_has_more_room(log: Log) -> None:
    for number in range(100):
        log.logger.debug("line %d", number)
    assert len(log.lines) == 100


def test_entries_are_plain_and_not_endless(log: Log) -> None:
    log.logger.warning("a title: %s", "\x1b]0;title\x07\x1b[2J" + "x" * 100_000)
    assert len(log.lines[0]) <= MAX_TEXT + 2
    assert not re.search(r"[\x00-\x1f]", log.lines[0])


def test_audit_log_limits_itself() -> None:
    limiter = LogLimiter(lambda: 0.0)
    entry = logging.makeLogRecord({"name": LOGGER_NAME, "pathname": "audit.py", "lineno": 1, "msg": "a line"})
    assert all(limiter.filter(entry) for _ in range(1000))
    assert entry.getMessage() == "a line"
