"""A program on a private display behind the contract, as a process of its own, and a server's end of it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from moof.geometry import Rect
from moof.ipc import AudioRequest, EmulatorConnection, Frame, Key, Message

PROGRAM = Path(__file__).parents[2] / "bench" / "sdl_program.py"
PATIENCE_SECONDS = 30.0
LATE_SECONDS = 0.2


def wait_until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {PATIENCE_SECONDS:.0f} s for {what}")
        time.sleep(0.005)


@dataclass
class Bridged:
    """`moof bridge` with a program, and our connection to it, as a server's."""

    process: subprocess.Popen[str]
    connection: EmulatorConnection
    log: Path
    complaints: list[str] = field(default_factory=list)
    dirty: list[Rect] = field(default_factory=list)
    newest: Frame | None = None

    def send(self, message: Message) -> None:
        self.connection.send(message)

    def press(self, adb: int) -> None:
        self.send(Key(adb, down=True))
        self.send(Key(adb, down=False))

    def look(self) -> Frame | None:
        """The newest frame, if there is one; what it changed is remembered."""
        frame = self.connection.frames.latest()
        if frame is not None:
            self.newest = frame
            if frame.dirty.width:
                self.dirty.append(frame.dirty)
        return self.newest

    def pixels(self) -> NDArray[np.uint32]:
        """The newest picture, uint32 (height, width)."""
        frame = self.look()
        assert frame is not None
        return frame.pixels.view(np.uint32)[:, :, 0].copy()

    def wait_for_size(self, width: int, height: int) -> None:
        wait_until(
            lambda: (frame := self.look()) and (frame.width, frame.height) == (width, height),
            f"a picture of {width}x{height}",
        )

    def wait_for_pixel(self, x: int, y: int, value: int) -> None:
        wait_until(lambda: self.look() and self.pixels()[y, x] == value, f"{value:#x} at {x}, {y}")

    def events(self) -> list[dict[str, int]]:
        """What the program was told so far."""
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text().splitlines(True) if line.endswith("\n")]

    def wait_for_event(self, **wanted: int) -> None:
        wait_until(
            lambda: any(wanted.items() <= event.items() for event in self.events()), f"the event {wanted}"
        )

    def record(self, samples: int, rate: int, channels: int) -> NDArray[np.int16]:
        """Ask for sound as a server does, and return so many samples in a row that came in that format: the
        first channel, int16 (n,).

        If we are late ourselves, the bridge may have taken us for gone: then it begins anew. What we did not
        ask for in time is not asked for later: more answers than two at once would not fit into the ring.
        """
        heard: list[NDArray[np.int16]] = []
        due = time.monotonic()
        deadline = due + PATIENCE_SECONDS + samples / rate
        while sum(map(len, heard)) < samples:
            now = time.monotonic()
            assert now < deadline, f"only {sum(map(len, heard))} samples came"
            if now > due + LATE_SECONDS:
                heard = []
            self.send(AudioRequest(960))
            due = max(due, now) + 0.02
            heard += self._answers(rate, channels)
            while time.monotonic() < due:
                time.sleep(0.001)
                heard += self._answers(rate, channels)
        return np.concatenate(heard)[:samples]

    def _answers(self, rate: int, channels: int) -> Iterator[NDArray[np.int16]]:
        while (frame := self.connection.audio.read()) is not None:
            if (frame.sample_rate, frame.channels) == (rate, channels):
                yield np.frombuffer(frame.data, ">i2").reshape(-1, channels)[:, 0].astype(np.int16)


@contextlib.contextmanager
def bridged(
    folder: Path, *program_words: str, options: tuple[str, ...] = (), program: tuple[str, ...] = ()
) -> Iterator[Bridged]:
    """Start `moof bridge` with the SDL program (or another `program`), connect, and end it afterwards."""
    log = folder / "events"
    command = program or (sys.executable, str(PROGRAM), str(log), *program_words)
    process = subprocess.Popen(
        [sys.executable, "-m", "moof", "bridge", *options, "--", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    complaints: list[str] = []
    reader = threading.Thread(target=complaints.extend, args=(process.stderr,), name="complaints")
    reader.start()
    try:
        ready = process.stdout.readline()
        assert ready.startswith(f"ready pid={process.pid} "), (ready, complaints)
        with EmulatorConnection.connect(process.pid) as connection:
            yield Bridged(process, connection, log, complaints)
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)
        reader.join()
        process.stdout.close()
        process.stderr.close()
