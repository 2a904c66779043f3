"""Limits of memory and processors."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator

import pytest

from moof.bridge.errors import BridgeError
from moof.bridge.limits import Limits


@pytest.fixture
def pid() -> Iterator[int]:
    with subprocess.Popen(["sleep", "1000"]) as process:
        yield process.pid
        process.kill()


def test_memory_and_processors_are_limited(pid: int) -> None:
    Limits(memory_mb=100, cpus=1).apply(pid)
    assert resource.prlimit(pid, resource.RLIMIT_DATA) == (100 << 20, 100 << 20)
    assert len(os.sched_getaffinity(pid)) == 1


def test_without_limits_nothing_changes(pid: int) -> None:
    Limits().apply(pid)
    assert resource.prlimit(pid, resource.RLIMIT_DATA) == resource.getrlimit(resource.RLIMIT_DATA)
    assert os.sched_getaffinity(pid) == os.sched_getaffinity(0)


def test_more_processors_than_there_are_is_all_of_them(pid: int) -> None:
    Limits(cpus=10_000).apply(pid)
    assert os.sched_getaffinity(pid) == os.sched_getaffinity(0)


def test_a_program_that_has_ended_needs_no_limits(pid: int) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    Limits(memory_mb=100, cpus=1).apply(ended.pid)


def test_refusal_is_an_error(pid: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(resource, "prlimit", refuse)
    with pytest.raises(BridgeError, match="Operation not permitted"):
        Limits(memory_mb=100).apply(pid)
