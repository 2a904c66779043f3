"""The bridge's sound server as programs find it, and a listener who records what they play."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from moof.bridge import pulse_server
from moof.bridge.pulse_server import PulseServerThread
from moof.ipc import AudioFrame, EmulatorConnection, EmulatorEnd
from support.playback_recorder import PlaybackRecorder
from support.waiting import WAIT_SECONDS

REQUEST_SAMPLES = 960


@dataclass
class SoundRecorder:
    """Requests sound, and records the answers one after the other: lost samples are a jump in them.

    The next request is sent when the last was answered, or after `request_ms`: so a program is listened to
    as fast as it plays. With `steady` it is sent after that time in any case, for programs that measure the
    speed.
    """

    sound: PulseServerThread
    connection: EmulatorConnection
    frames: list[AudioFrame] = field(default_factory=list)
    steady: bool = False
    request_ms: int = 20

    def environment(self, **more: str) -> dict[str, str]:
        """Return a program's whole environment: that of the tests, then what leads it to the sound server."""
        return {**os.environ, "SDL_VIDEODRIVER": "dummy", **self.sound.environment(), **more}

    async def record(
        self, *command: str, sound: bytes = b"", environment: Mapping[str, str] | None = None
    ) -> str:
        """Run a program, and record until it ends with status 0; return what it wrote to stdout and stderr.

        `sound` is its standard input.
        """
        async with self.running(*command, environment=environment) as program:
            reading = asyncio.ensure_future(program.communicate(sound))
            await self.request_until(reading.done)
            output = (await reading)[0].decode(errors="replace")
            assert program.returncode == 0, output
            return output

    @contextlib.asynccontextmanager
    async def running(
        self, *command: str, environment: Mapping[str, str] | None = None
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run a program, with pipes, and kill it afterwards if it has not ended."""
        program = await asyncio.create_subprocess_exec(
            *command,
            env=self.environment(**(environment or {})),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            yield program
        finally:
            if program.returncode is None:
                program.kill()
                await program.wait()

    async def request_until(self, condition: Callable[[], bool]) -> None:
        """Send requests until the condition holds."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not condition():
            assert time.monotonic() < deadline, "the program does not do what is awaited"
            await self.request()

    async def request(self) -> None:
        """Send one request and record its answer."""
        self.sound.request(REQUEST_SAMPLES)
        answered = False
        for _ in range(self.request_ms):
            await asyncio.sleep(0.001)
            if (frame := self.connection.audio.read()) is not None:
                self.frames.append(frame)
                answered = True
            if answered and not self.steady:
                return

    def samples(self) -> NDArray[np.int16]:
        """Return what was recorded, int16 (n, channels). All of it must have one format."""
        formats = {(frame.sample_rate, frame.channels) for frame in self.frames}
        assert len(formats) == 1, formats
        ((_, channels),) = formats
        data = b"".join(frame.data for frame in self.frames)
        return np.frombuffer(data, ">i2").astype(np.int16).reshape(-1, channels)

    @property
    def rate(self) -> int:
        """The rate of the newest answer in Hz."""
        return self.frames[-1].sample_rate


@contextlib.asynccontextmanager
async def sound_recorder(directory: Path) -> AsyncIterator[SoundRecorder]:
    """Start a sound server in `directory`, and connect a listener; a late one does not count as gone."""
    with EmulatorEnd.create() as end, patch.object(pulse_server, "_IDLE_AFTER", WAIT_SECONDS):
        sound = PulseServerThread(directory, end.audio, PlaybackRecorder())
        await sound.start()
        control = asyncio.get_running_loop().run_in_executor(None, end.serve, lambda message: None)
        connection = await asyncio.to_thread(EmulatorConnection.connect, end.segment.pid, WAIT_SECONDS)
        try:
            yield SoundRecorder(sound, connection)
        finally:
            connection.close()
            end.stop()
            await control
            sound.stop()
