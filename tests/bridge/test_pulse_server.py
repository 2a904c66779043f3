"""A real program's sound, through SDL and PulseAudio's own library: every sample, once, in order."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from moof.bridge.pulse_server import PulseServerThread
from moof.ipc import EmulatorEnd
from support.bridge_process import BridgeProcess, running_bridge
from support.playback_recorder import PlaybackRecorder


@pytest.fixture
def end() -> Iterator[EmulatorEnd]:
    with EmulatorEnd.create() as end:
        yield end


async def test_programs_can_connect_until_it_is_stopped(tmp_path: Path, end: EmulatorEnd) -> None:
    sound = PulseServerThread(tmp_path, end.audio, PlaybackRecorder())
    await sound.start()
    reader, writer = await asyncio.open_unix_connection(tmp_path / "native")
    assert "sound" in [thread.name for thread in threading.enumerate()]
    await asyncio.to_thread(sound.request, 960)
    sound.stop()
    with contextlib.suppress(ConnectionResetError):  # the server may not have accepted it yet
        assert await reader.read() == b""
    writer.close()
    assert "sound" not in [thread.name for thread in threading.enumerate()]
    sound.request(960)  # no program is connected any more


async def test_start_raises_what_prevents_it(tmp_path: Path, end: EmulatorEnd) -> None:
    sound = PulseServerThread(tmp_path / "nowhere", end.audio, PlaybackRecorder())
    with pytest.raises(FileNotFoundError):
        await sound.start()
    sound.stop()


def test_stop_before_start(tmp_path: Path, end: EmulatorEnd) -> None:
    PulseServerThread(tmp_path, end.audio, PlaybackRecorder()).stop()


async def test_requests_beyond_the_queue_are_dropped(tmp_path: Path, end: EmulatorEnd) -> None:
    sound, treated, go_on, busy = (
        PulseServerThread(tmp_path, end.audio, PlaybackRecorder()),
        0,
        threading.Event(),
        threading.Event(),
    )

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


FORMATS = [
    *(("S16BE", 44100, 2), ("U8", 11025, 1), ("S16BE", 22050, 1), ("U8", 22255, 1), ("S16BE", 48000, 1)),
    *(("U8", 48000, 2), ("S16BE", 11025, 2), ("U8", 44100, 1), ("S16LE", 48000, 1), ("F32", 22050, 2)),
]
"""Names, rates, channels; no two in a row look alike."""
KEY_N, KEY_Q = 0x2D, 0x0C
TRIES = 8


def whole(samples: NDArray[np.int16], name: str) -> bool:
    """Return whether the ramp, once it has begun, increases by one from sample to sample."""
    values = np.trim_zeros(samples.astype(int), "f")
    if values.size <= samples.size // 2:
        return False
    values, wrap = (values >> 8, 256) if name == "U8" else (values, 30000 if name == "F32" else 65536)
    return set(np.diff(values) % wrap) == {1}


def check(running: BridgeProcess, name: str, rate: int, channels: int, seconds: float) -> None:
    """Listen in that format until every sample comes.

    What a busy machine does to a particular stretch is bench/bridge.py's subject; here one must be whole.
    """
    stretches = (running.record(round(rate * seconds), rate, channels) for _ in range(TRIES))
    assert any(whole(samples, name) for samples in stretches), f"no stretch of {name} at {rate} Hz was whole"
    assert running.connection.segment.read("audio_sample_rate") == rate
    assert running.connection.segment.read("audio_channels") == channels


def test_ramp_has_no_gap(tmp_path: Path) -> None:
    with running_bridge(tmp_path, "--play", "S16BE:44100:1") as running:
        running.wait_for_size(320, 200)
        check(running, "S16BE", 44100, 1, seconds=3.0)


def test_a_program_may_close_its_sound_and_open_it_in_another_format(tmp_path: Path) -> None:
    formats = ",".join(f"{name}:{rate}:{channels}" for name, rate, channels in FORMATS)
    with running_bridge(tmp_path, "--play", formats) as running:
        running.wait_for_size(320, 200)
        for name, rate, channels in FORMATS:
            check(running, name, rate, channels, seconds=0.25)
            running.press(KEY_N)


def test_program_without_a_listener_can_end(tmp_path: Path) -> None:
    with running_bridge(tmp_path, "--play", "S16LE:44100:1", "--samples", "4410") as running:
        running.wait_for_size(320, 200)
        running.press(KEY_Q)
        assert running.process.wait(30) == 0
