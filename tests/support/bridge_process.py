"""`moof bridge` with a program on a private display, as a process, and the server's end of the contract."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moof.extension import (
    Capability,
    ExtensionMessage,
    ExtensionSocket,
    StateOperation,
    StateRequest,
    StateResult,
    WheelTurn,
    connect_extension,
)
from moof.geometry import Rect
from moof.ipc import AudioRequest, EmulatorConnection, Frame, Key, Message
from support import waiting

X_BUTTONS = Path(__file__).parent / "x_buttons.py"
SDL_PROGRAM = Path(__file__).parent / "sdl_program.py"
STOP_SECONDS = 30.0
LATE_SECONDS = 0.2
REQUEST_SAMPLES, REQUEST_SECONDS = 960, 0.02

wait_until = functools.partial(waiting.wait_until, poll_seconds=0.005)


@dataclass
class BridgeProcess:
    """`moof bridge` with a program, and the server's connection to it.

    Attributes:
        process: the bridge.
        connection: the server's end of IPC v4.
        log: the file that the SDL program writes its events to, as JSON lines.
        errors: the lines of the bridge's standard error.
        dirty: the changed areas of all frames that `latest` returned.
        newest: the frame that `latest` returned last.
    """

    process: subprocess.Popen[str]
    connection: EmulatorConnection
    log: Path
    errors: list[str] = field(default_factory=list)
    dirty: list[Rect] = field(default_factory=list)
    newest: Frame | None = None

    def send(self, message: Message) -> None:
        """Send a message to the emulator's end."""
        self.connection.send(message)

    @contextlib.contextmanager
    def extension(self) -> Iterator[ExtensionSocket]:
        """Yield a connection of its own to the extension socket, after the hello."""
        extension = connect_extension(self.process.pid, Capability)
        assert extension is not None, "the bridge has no extension socket"
        with contextlib.closing(extension):
            extension.flush()
            wait_until(lambda: extension.receive() == [] and extension.greeted, "the hello")
            yield extension

    def turn_wheel(self, *turns: tuple[int, int]) -> None:
        """Turn the wheel by so many pixels, right and down positive, in a connection of its own.

        Turns that follow each other quickly are added up.
        """
        with self.extension() as extension:
            for turn in turns:
                extension.put(WheelTurn(*turn))
                extension.flush()

    def change_state(self, action: StateOperation, name: str = "") -> str:
        """Save or load a state, in a connection of its own; return why it was not done, "" if it was."""
        messages: list[ExtensionMessage] = []
        with self.extension() as extension:
            extension.put(StateRequest(1, action, name))
            extension.flush()

            def errors() -> list[str]:
                messages.extend(extension.receive())
                return [each.error for each in messages if isinstance(each, StateResult)]

            wait_until(errors, "the answer to a request for a state")
            return errors()[0]

    def press(self, adb: int) -> None:
        """Press and release the key of that ADB code."""
        self.send(Key(adb, down=True))
        self.send(Key(adb, down=False))

    def latest(self) -> Frame | None:
        """Return the newest frame, if there is one, and record what it changed."""
        frame = self.connection.frames.latest()
        if frame is not None:
            self.newest = frame
            if frame.dirty.width:
                self.dirty.append(frame.dirty)
        return self.newest

    def pixels(self) -> NDArray[np.uint32]:
        """Return a copy of the newest picture, uint32 (height, width)."""
        frame = self.latest()
        assert frame is not None
        return frame.pixels.view(np.uint32)[:, :, 0].copy()

    def wait_for_size(self, width: int, height: int, seconds: float = waiting.WAIT_SECONDS) -> None:
        """Wait for a picture of that size."""
        wait_until(
            lambda: (frame := self.latest()) and (frame.width, frame.height) == (width, height),
            f"a picture of {width}x{height}",
            seconds=seconds,
        )

    def wait_for_pixel(self, x: int, y: int, value: int) -> None:
        """Wait until a pixel has that value."""
        wait_until(lambda: self.latest() and self.pixels()[y, x] == value, f"{value:#x} at {x}, {y}")

    def events(self) -> list[dict[str, int]]:
        """Return the events that the SDL program has received so far."""
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text().splitlines(True) if line.endswith("\n")]

    def wait_for_event(self, **wanted: int) -> None:
        """Wait until the SDL program has received an event with these values."""
        wait_until(
            lambda: any(wanted.items() <= event.items() for event in self.events()), f"the event {wanted}"
        )

    def record(self, samples: int, rate: int, channels: int) -> NDArray[np.int16]:
        """Request sound as a server does; return consecutive samples of the first channel, int16 (samples,).

        The bridge may regard a caller that was late as disconnected: the recording then starts again. Missed
        requests are not repeated: more than two answers at once would not fit into the ring.

        Raises:
            AssertionError: too few samples of that rate and number of channels came in time.
        """
        blocks: list[NDArray[np.int16]] = []
        due = time.monotonic()
        deadline = due + waiting.WAIT_SECONDS + samples / rate
        while sum(map(len, blocks)) < samples:
            now = time.monotonic()
            assert now < deadline, f"only {sum(map(len, blocks))} samples came"
            if now > due + LATE_SECONDS:
                blocks = []
            self.send(AudioRequest(REQUEST_SAMPLES))
            due = max(due, now) + REQUEST_SECONDS
            blocks += self._received(rate, channels)
            while time.monotonic() < due:
                time.sleep(0.001)
                blocks += self._received(rate, channels)
        return np.concatenate(blocks)[:samples]

    def hears_tone(self, frequency: int, rate: int, channels: int = 2, tolerance: float = 10.0) -> bool:
        """Record a quarter of a second: true if what is loudest is at that frequency, in Hz."""
        samples = self.record(rate // 4, rate, channels).astype(float)
        spectrum = np.abs(np.fft.rfft((samples - samples.mean()) * np.hanning(samples.size)))
        loudest = np.argmax(spectrum) * rate / samples.size
        return bool(np.ptp(samples) > 1000 and abs(loudest - frequency) < tolerance)

    def _received(self, rate: int, channels: int) -> Iterator[NDArray[np.int16]]:
        while (frame := self.connection.audio.read()) is not None:
            if (frame.sample_rate, frame.channels) == (rate, channels):
                yield np.frombuffer(frame.data, ">i2").reshape(-1, channels)[:, 0].astype(np.int16)


@contextlib.contextmanager
def running_bridge(
    folder: Path,
    *program_options: str,
    options: tuple[str, ...] = (),
    program: tuple[str, ...] = (),
    home: Path | None = None,
    moof: tuple[str, ...] = ("-m", "moof"),
) -> Iterator[BridgeProcess]:
    """Start `moof bridge` with the SDL program (or another `program`), connect, and end it afterwards.

    With `--emulator` among the options, `program` has more arguments for that.
    `home` is its home and working directory, if not those of the tests. The program runs in a sandbox, which
    shows it `folder`. `moof` are Python's arguments for the command, of which a bench has one of its own.
    """
    log = folder / "events"
    command = program or (sys.executable, str(SDL_PROGRAM), str(log), *program_options)
    process = subprocess.Popen(
        [sys.executable, *moof, "bridge", "--share", str(folder), *options, "--", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home,
        env=None if home is None else {**os.environ, "HOME": str(home)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    errors: list[str] = []
    reader = threading.Thread(target=errors.extend, args=(process.stderr,), name="bridge-errors")
    reader.start()
    try:
        ready = process.stdout.readline()
        assert ready.startswith(f"ready pid={process.pid} "), (ready, errors)
        with EmulatorConnection.connect(process.pid, waiting.WAIT_SECONDS) as connection:
            yield BridgeProcess(process, connection, log, errors)
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)
        reader.join()
        process.stdout.close()
        process.stderr.close()
