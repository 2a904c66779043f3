"""The thread that the sound server lives on: it begins, it ends, and takes requests from any thread."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from moof.bridge.soundthread import SoundThread
from moof.ipc import EmulatorEnd


@pytest.fixture
def end() -> Iterator[EmulatorEnd]:
    with EmulatorEnd.create() as end:
        yield end


async def test_programs_can_connect_until_it_is_stopped(tmp_path: Path, end: EmulatorEnd) -> None:
    sound = SoundThread(tmp_path, end.audio)
    await sound.start()
    reader, writer = await asyncio.open_unix_connection(tmp_path / "native")
    assert "sound" in [thread.name for thread in threading.enumerate()]
    await asyncio.to_thread(sound.request, 960)
    sound.stop()
    with contextlib.suppress(ConnectionResetError):  # it may not even have been let in yet
        assert await reader.read() == b""
    writer.close()
    assert "sound" not in [thread.name for thread in threading.enumerate()]
    sound.request(960)  # nobody is there any more


async def test_what_prevents_it_is_told_to_who_starts_it(tmp_path: Path, end: EmulatorEnd) -> None:
    sound = SoundThread(tmp_path / "nowhere", end.audio)
    with pytest.raises(FileNotFoundError):
        await sound.start()
    sound.stop()


def test_it_can_be_stopped_before_it_was_started(tmp_path: Path, end: EmulatorEnd) -> None:
    SoundThread(tmp_path, end.audio).stop()


async def test_more_requests_than_it_can_treat_are_dropped(tmp_path: Path, end: EmulatorEnd) -> None:
    sound, treated, go_on, busy = SoundThread(tmp_path, end.audio), 0, threading.Event(), threading.Event()

    def count(samples: int) -> None:
        nonlocal treated
        treated += 1
        busy.set()
        go_on.wait(30)

    sound.sound.request = count  # type: ignore[method-assign]
    await sound.start()
    sound.request(960)
    await asyncio.to_thread(busy.wait, 30)
    for _ in range(100):
        sound.request(960)
    go_on.set()
    sound.stop()
    assert treated == 9
