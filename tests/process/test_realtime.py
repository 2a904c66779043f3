"""Real-time scheduling and absolute sleeps."""

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from moof.process import MonotonicClock, request_realtime


def in_a_thread(ask: Callable[[], Any]) -> Any:
    """Return what it returned; the thread that changed its scheduling ends with the call."""
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(ask()))
    thread.start()
    thread.join()
    return answers[0]


def test_what_was_granted_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert in_a_thread(lambda: request_realtime("A test"))
    assert "A test runs with" in caplog.text


def test_only_the_calling_thread_gets_it() -> None:
    def ask() -> tuple[str, int]:
        return request_realtime("A test"), os.sched_getscheduler(0)

    before = os.sched_getscheduler(0)
    granted, policy = in_a_thread(ask)
    assert (policy & ~os.SCHED_RESET_ON_FORK == os.SCHED_RR) == (granted == "real-time")
    assert os.sched_getscheduler(0) == before


def test_refusal_is_not_an_error(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    monkeypatch.setattr(os, "setpriority", refuse)
    caplog.set_level(logging.INFO)
    assert in_a_thread(lambda: request_realtime("A test")) == "ordinary scheduling"
    assert "refused (Operation not permitted)" in caplog.text


def test_the_clock_is_monotonic() -> None:
    before = time.monotonic()
    assert before <= MonotonicClock().now() <= time.monotonic()


def test_a_sleep_lasts_until_the_deadline() -> None:
    clock = MonotonicClock()
    deadline = clock.now() + 0.005
    clock.sleep_until(deadline)
    assert clock.now() >= deadline - 1e-6


def test_a_passed_deadline_is_not_waited_for() -> None:
    MonotonicClock().sleep_until(1.0)
    MonotonicClock().sleep_until(0.0)
