"""A real program's sound, through SDL and PulseAudio's own library: every sample, once, in order."""

from __future__ import annotations

import asyncio
import contextlib
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from moof.bridge import pulse_server
from moof.bridge.pulse.codes import Code
from moof.bridge.pulse.packets import PacketReader, command
from moof.bridge.pulse.tagstruct import Reader, Writer
from moof.bridge.pulse_server import PulseServerThread
from moof.ipc import AudioRingReader, EmulatorEnd
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


NONE = 0xFFFFFFFF


class Program:
    """A program whose sound device is open: it writes what is requested, silence or sound."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.sample = b"\0\0"

    @classmethod
    async def start(cls, path: Path) -> Program:
        program = cls(*await asyncio.open_unix_connection(path))
        version = Writer().u32(Code.AUTH, 0, 13)
        program._writer.write(command(bytes(version.data) + b"x" + struct.pack(">I", 256) + bytes(256)))
        create = Writer().u32(Code.CREATE_PLAYBACK_STREAM, 1).sample_spec(3, 1, 48_000).channel_map(b"\1")
        create.u32(NONE).text(None).u32(NONE).boolean(False).u32(1920, 0, 0, 0).volumes(0x10000)
        program._writer.write(command(bytes(create.boolean(*[False] * 9).properties().data)))
        return program

    async def run(self) -> None:
        packets = PacketReader()
        while data := await self._reader.read(4096):
            for packet in packets.feed(data):
                reader = Reader(packet.payload)
                code, tag, number = (reader.u32() for _ in range(3))
                if code == Code.REQUEST:
                    self._write(number, reader.u32())
                elif (code, tag) == (Code.REPLY, 1):
                    reader.u32()
                    self._write(number, reader.u32())

    def close(self) -> None:
        self._writer.close()

    def _write(self, stream: int, size: int) -> None:
        self._writer.write(struct.pack(">5I", size, stream, 0, 0, 0) + self.sample * (size // 2))


async def until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < give_up, "the condition was not met"
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("samples", [480, 960])
@pytest.mark.parametrize("late_request", [False, True])
async def test_silence_counts_as_nothing_and_the_first_sound_after_it_is_kept(
    tmp_path: Path, end: EmulatorEnd, samples: int, late_request: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener, ring = PlaybackRecorder(), AudioRingReader(end.segment, None)
    sound = PulseServerThread(tmp_path, end.audio, listener)
    await sound.start()
    program = await Program.start(tmp_path / "native")
    running = asyncio.create_task(program.run())
    await until(lambda: listener.states == [True])
    while not ring.available():  # the program's first samples may come later
        sound.request(samples)
        await asyncio.sleep(0.01)
    ring.drain_to(0)
    await until(lambda: listener.states == [True, False])
    monkeypatch.setattr(pulse_server, "_IDLE_AFTER", 3600.0)
    if late_request:  # it was on its way when the listener was told
        (stream,) = sound.sound.streams
        written = stream.written
        sound.request(samples)
        await until(lambda: stream.written > written)
    program.sample = b"\1\0"
    await until(lambda: listener.states == [True, False, True])
    program.sample = b"\2\0"
    heard = b""
    while b"\0\2" not in heard:
        sound.request(samples)
        await asyncio.sleep(0.01)
        while frame := ring.read():
            assert frame.samples == samples
            heard += frame.data
    assert heard.startswith((b"\0\0", b"\0\1")), "nothing that was written first is missing"
    assert b"\0\1" in heard
    sound.stop()
    with contextlib.suppress(ConnectionError):  # it may be writing
        await running
    program.close()


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
