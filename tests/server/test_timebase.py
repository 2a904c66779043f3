"""Waiting for a moment, and asking to be woken in time."""

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from moof.server.timebase import Timebase, be_woken_in_time


def test_it_is_the_monotonic_clock() -> None:
    before = time.monotonic()
    assert before <= Timebase().now() <= time.monotonic()


def test_a_wrong_clock_goes_faster() -> None:
    wrong = Timebase(error_ppm=300.0)
    assert wrong.at(1000.0) == pytest.approx(1000.3)
    assert wrong.at(2000.0) - wrong.at(1000.0) == pytest.approx(1000.3)


@pytest.mark.parametrize("error_ppm", [0.0, -300.0, 300.0])
def test_sleeping_lasts_until_the_moment(error_ppm: float) -> None:
    timebase = Timebase(error_ppm)
    deadline = timebase.now() + 0.005
    timebase.sleep_until(deadline)
    assert timebase.now() >= deadline - 1e-6


def test_a_moment_that_is_over_is_not_waited_for() -> None:
    Timebase().sleep_until(1.0)
    Timebase().sleep_until(0.0)


def in_a_thread(ask: Callable[[], Any]) -> Any:
    """What it returned; the thread that changed its scheduling is gone afterwards."""
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(ask()))
    thread.start()
    thread.join()
    return answers[0]


def test_what_was_granted_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert in_a_thread(lambda: be_woken_in_time("A test"))
    assert "A test runs with" in caplog.text


def test_only_the_calling_thread_gets_it() -> None:
    def ask() -> tuple[str, int]:
        return be_woken_in_time("A test"), os.sched_getscheduler(0)

    before = os.sched_getscheduler(0)
    granted, policy = in_a_thread(ask)
    assert (policy & ~os.SCHED_RESET_ON_FORK == os.SCHED_RR) == (granted == "real-time")
    assert os.sched_getscheduler(0) == before


def test_a_refusal_is_no_failure(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    monkeypatch.setattr(os, "setpriority", refuse)
    caplog.set_level(logging.INFO)
    assert in_a_thread(lambda: be_woken_in_time("A test")) == "ordinary scheduling"
    assert "refused (Operation not permitted)" in caplog.text
