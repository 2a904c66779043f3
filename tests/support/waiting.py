"""Waits for a condition that another process or thread fulfils."""

from __future__ import annotations

import time
from collections.abc import Callable

WAIT_SECONDS = 30.0
POLL_SECONDS = 0.02


def wait_until(
    condition: Callable[[], object],
    what: str,
    seconds: float = WAIT_SECONDS,
    poll_seconds: float = POLL_SECONDS,
) -> float:
    """Poll the condition until it holds and return the seconds that passed.

    Args:
        condition: what is polled; its value counts as a truth value.
        what: the awaited event, for the message of the error.
        seconds: how long to poll.
        poll_seconds: the pause between two polls.

    Raises:
        AssertionError: the condition did not hold in time; the message names `what`.
    """
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > seconds:
            raise AssertionError(f"waited {seconds:.0f} s for {what}")
        time.sleep(poll_seconds)
    return time.monotonic() - started
