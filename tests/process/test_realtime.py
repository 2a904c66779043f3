"""Real-time scheduling and absolute sleeps."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moof.process import MonotonicClock, request_realtime
from support.realtime_kit import StandInKit, system_bus


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
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent")
    caplog.set_level(logging.INFO)
    assert in_a_thread(lambda: request_realtime("A test")) == "ordinary scheduling"
    assert "refused (Operation not permitted), by RealtimeKit as well" in caplog.text


def test_what_the_system_refuses_is_asked_of_realtime_kit(tmp_path: Path) -> None:
    """In a process of its own, because its limits cannot be raised again."""
    script = """
import os
from moof.process import prepare_for_sound, request_realtime
def refuse(*_):
    raise PermissionError(1, "Operation not permitted")
os.sched_setscheduler = refuse
prepare_for_sound()
print(request_realtime("A test"))
"""
    with system_bus(tmp_path) as address:
        kit = StandInKit(address).start()
        environment = {"DBUS_SYSTEM_BUS_ADDRESS": address}
        run = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
    assert run.stdout == b"real-time\n"
    assert len(kit.requests) == 1


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
