"""Waits for a condition that another process or thread fulfils."""

from __future__ import annotations

import time
from collections.abc import Callable

WAIT_SECONDS = 30.0
POLL_SECONDS = 0.02
MAX_POLL_SECONDS = 0.1


def wait_until(
    condition: Callable[[], object],
    what: str,
    seconds: float = WAIT_SECONDS,
    poll_seconds: float | None = None,
) -> float:
    """Poll the condition until it holds and return the seconds that passed.

    Args:
        condition: what is polled; its value counts as a truth value.
        what: the awaited event, for the message of the error.
        seconds: how long to poll.
        poll_seconds: the pause between two polls; see `wait_for_value`.

    Raises:
        AssertionError: the condition did not hold in time; the message names `what`.
    """
    return wait_for_value(lambda: bool(condition()), True, what, seconds, poll_seconds)


def wait_for_value(
    read: Callable[[], object],
    expected: object,
    what: str,
    seconds: float = WAIT_SECONDS,
    poll_seconds: float | None = None,
) -> float:
    """Poll a value until it is the expected one and return the seconds that passed.

    Args:
        read: returns the value.
        expected: what it is compared with.
        what: the awaited value, for the message of the error.
        seconds: how long to poll.
        poll_seconds: the pause between two polls; without it a tenth of the time that has passed, from
            `POLL_SECONDS` to `MAX_POLL_SECONDS`, because a poll of a page costs three programs some time.

    Raises:
        AssertionError: it was another value all the time; the message names `what` and the last value.
    """
    started = time.monotonic()
    while (value := read()) != expected:
        passed = time.monotonic() - started
        if passed > seconds:
            seen = "" if value is False else f"; it is {value!r}, not {expected!r}"
            raise AssertionError(f"waited {seconds:.0f} s for {what}{seen}")
        time.sleep(_pause(passed) if poll_seconds is None else poll_seconds)
    return time.monotonic() - started


def _pause(passed: float) -> float:
    """Return the seconds until the next poll, after `passed` seconds of polling."""
    return min(max(POLL_SECONDS, passed / 10), MAX_POLL_SECONDS)
