"""What the end of a program means."""

from __future__ import annotations

import pytest

from moof.bridge.program_ending import START_SECONDS, KnownMessage, ProgramEnding
from moof.process import EXIT_STATUS_CANNOT_RUN

WRONG_ROM = KnownMessage("Unsupported ROM", "It needs another ROM.")
ERROR = "ERROR: Unsupported ROM type."


def ending(status: int = 0, seconds: float = 1.0, used: bool = False, *lines: str) -> tuple[int, str]:
    return ProgramEnding("Mac", status, seconds, used, lines).interpret([WRONG_ROM])


def test_status_0_after_a_while_or_after_input_is_a_shutdown() -> None:
    assert ending(0, START_SECONDS, False, "bye") == (0, "")
    assert ending(0, 1.0, True, "bye") == (0, "")


def test_status_0_at_once_is_a_failure_with_the_last_lines() -> None:
    status, reason = ending(0, 1.0, False, "one", "two", "three", "four")
    assert status == EXIT_STATUS_CANNOT_RUN
    assert reason == "Mac ended as soon as it was started. Its last lines: two / three / four"
    assert ending()[1] == "Mac ended as soon as it was started. It has written nothing."


@pytest.mark.parametrize("status", [0, 1, -6])
@pytest.mark.parametrize("used", [False, True])
def test_known_message_is_explained_whatever_the_status(status: int, used: bool) -> None:
    said = f"It needs another ROM. Mac says: {ERROR}"
    assert ending(status, 60.0, used, "Reading", ERROR, "more") == (EXIT_STATUS_CANNOT_RUN, said)


def test_another_status_is_a_failure_that_may_pass() -> None:
    assert ending(3, 60.0, True, "oh") == (1, "Mac ended with status 3. Its last lines: oh")
    assert ending(-9)[0] == 1


def test_restart_is_a_restart_whatever_was_written() -> None:
    assert ending(75, 1.0, False, ERROR) == (75, "")


def test_invalid_pattern_is_refused() -> None:
    with pytest.raises(ValueError, match="pattern"):
        KnownMessage("(", "")
