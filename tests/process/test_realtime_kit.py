"""Asking RealtimeKit over a real D-Bus; in processes of their own, because a limit cannot be raised again."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.realtime_kit import PROPERTIES, StandInKit, system_bus

ASK = """
import os, resource, threading
from moof.process.realtime_kit import RealtimeKitError, ask_realtime_kit
from moof.process.realtime_limit import return_overrunning_threads

if {handles}:
    return_overrunning_threads()
try:
    ask_realtime_kit(threading.get_native_id(), {priority})
    print("granted", threading.get_native_id(), *resource.getrlimit(15))
except RealtimeKitError as error:
    print(error)
"""


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[str]:
    with system_bus(tmp_path) as address:
        yield address


def ask(bus: str, priority: int = 10, handles: bool = True) -> str:
    command = [sys.executable, "-c", ASK.format(priority=priority, handles=handles)]
    environment = {"DBUS_SYSTEM_BUS_ADDRESS": bus}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return run.stdout.strip()


def test_a_thread_is_granted_real_time_within_the_limit_of_the_service(bus: str) -> None:
    kit = StandInKit(bus).start()
    granted, thread, soft, hard = ask(bus).split()
    assert granted == "granted"
    assert kit.requests == [(int(thread), 10)]
    assert int(soft) < int(hard) == PROPERTIES["RTTimeUSecMax"][1]


def test_the_priority_is_no_more_than_the_service_grants(bus: str) -> None:
    kit = StandInKit(bus).start()
    ask(bus, priority=50)
    assert [priority for _, priority in kit.requests] == [PROPERTIES["MaxRealtimePriority"][1]]


def test_a_refusal_has_its_reason(bus: str) -> None:
    StandInKit(bus, refusal="too many threads").start()
    assert ask(bus) == "too many threads"


def test_a_bus_without_the_service_is_a_refusal(bus: str) -> None:
    assert "RealtimeKit1" in ask(bus)


def test_a_system_without_a_bus_is_a_refusal(tmp_path: Path) -> None:
    assert ask(f"unix:path={tmp_path}/none").startswith("no system bus")


def test_a_service_that_does_not_answer_costs_a_second(bus: str) -> None:
    StandInKit(bus, silent=True).start()
    assert ask(bus) == "no answer within 1 s"


def test_nothing_is_asked_while_an_overrun_would_end_the_process(bus: str) -> None:
    kit = StandInKit(bus).start()
    assert ask(bus, handles=False) == "the process has no limit for real-time threads"
    assert kit.requests == []
