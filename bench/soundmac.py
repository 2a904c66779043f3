"""The built-in Mac's Sound window, opened, set and played: headless, or in a process by the contract."""

from __future__ import annotations

import contextlib
import mmap
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Protocol

from moof.ipc import EmulatorConnection, Key, Mouse
from moof.mac.headless import HeadlessMac

RATES = (11025, 22050, 22254, 44100, 48000)

# Low memory (docs/guest.md) and places on the screen and in the Sound window, from its frame's corner.
_TICKS, _UP, _FRONT_POSITION, _FRONT_PROGRAM, _SOURCES = 0x16A, 0xB04, 0xB10, 0xB18, 0xB24
_SOUND = 3
_MOON, _MENU_ITEM = (28, 10), (48, 129)
_FORMAT_LEFT, _FORMAT_TOP, _COLUMN, _ROW, _RATE_ROWS = 22, 145, 114, 20, 3
_PATIENCE = 20.0


class Play(IntEnum):
    """The Sound window's programs, as the ADB codes of their keys."""

    TONE_440 = 0x12
    TONE_1000 = 0x13
    SWEEP = 0x14
    RAMP = 0x15
    TUNE = 0x17
    STOP = 0x31


@dataclass(frozen=True, slots=True)
class Format:
    """What the Mac hands over: the rate as the contract tells it, bits of the guest's samples, channels."""

    rate: int = 44100
    bits: int = 16
    channels: int = 2

    def __str__(self) -> str:
        return f"{self.rate} Hz, {self.bits} bit, {'stereo' if self.channels == 2 else 'mono'}"


class Hands(Protocol):
    """Whoever uses a Mac: sees its low memory, clicks, types."""

    def u32(self, address: int) -> int:
        """A long word of guest memory."""

    def click(self, x: int, y: int) -> None:
        """Go there and click."""

    def key(self, code: int) -> None:
        """Press and release a key (ADB code)."""

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Let the Mac work until the condition holds. Raises TimeoutError, which says `what`."""


class SoundWindow:
    """The Sound window of a Mac that starts: opened, set, played."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        hands.until(lambda: hands.u32(_UP) == int.from_bytes(b"MOOF", "big"), "a desktop")
        hands.click(*_MOON)
        hands.click(*_MENU_ITEM)
        hands.until(lambda: hands.u32(_FRONT_PROGRAM) == _SOUND, "the Sound window")

    def choose(self, wanted: Format) -> None:
        """Set the three groups of buttons."""
        column, row = divmod(RATES.index(wanted.rate), _RATE_ROWS)
        self._choose(column, row)
        self._choose(2, int(wanted.bits == 16))
        self._choose(3, wanted.channels - 1)

    def play(self, what: Play) -> None:
        """Press the key; return when the Mac has opened or closed its sound output."""
        self._hands.key(what)
        self._hands.until(lambda: self._hands.u32(_SOURCES) == (what is not Play.STOP), "the sound")

    def _choose(self, column: int, row: int) -> None:
        position = self._hands.u32(_FRONT_POSITION)
        x, y = position >> 16, position & 0xFFFF
        self._hands.click(x + _FORMAT_LEFT + column * _COLUMN, y + _FORMAT_TOP + row * _ROW)


class HeadlessHands:
    """For a Mac without threads: time passes as it is needed."""

    def __init__(self, mac: HeadlessMac) -> None:
        self._mac = mac
        self.u32 = mac.memory.read32
        self.click = mac.click
        self.key = mac.type_key

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Let ticks pass."""
        for _ in range(600):
            if condition():
                return
            self._mac.run(1)
        raise TimeoutError(f"the Mac does not come to {what}")


class RemoteHands:
    """For a Mac in a process of its own, through the contract and its memory file."""

    def __init__(self, connection: EmulatorConnection, memory: mmap.mmap) -> None:
        self.connection = connection
        self._memory = memory

    def u32(self, address: int) -> int:
        """A long word of guest memory."""
        return int.from_bytes(self._memory[address : address + 4], "big")

    def click(self, x: int, y: int) -> None:
        """Go there, press and release the left button."""
        for buttons in (0, 1, 0):
            self.connection.send(Mouse(x, y, buttons, absolute=True))
            self._wait_ticks(2)

    def key(self, code: int) -> None:
        """Press and release a key."""
        for down in (True, False):
            self.connection.send(Key(code, down))
            self._wait_ticks(1)

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Look every few milliseconds."""
        deadline = time.monotonic() + _PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"the Mac does not come to {what}")
            time.sleep(0.005)

    def _wait_ticks(self, ticks: int) -> None:
        end = self.u32(_TICKS) + ticks
        self.until(lambda: self.u32(_TICKS) >= end, "the next tick")


@contextlib.contextmanager
def sound_mac(
    *options: str, environment: dict[str, str] | None = None
) -> Iterator[tuple[SoundWindow, EmulatorConnection]]:
    """Start `moof emulator` with these options; its Sound window, open, and the server's end of it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "memory"
        command = [sys.executable, "-m", "moof", "emulator", "--xpram", "none", "--memory-file", str(file)]
        mac = subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})}
        )
        try:
            assert mac.stdout is not None
            if not mac.stdout.readline().startswith("ready"):
                raise RuntimeError(f"moof emulator ended with {mac.wait()}")
            with (
                EmulatorConnection.connect(mac.pid) as connection,
                file.open("rb") as opened,
                mmap.mmap(opened.fileno(), 0, prot=mmap.PROT_READ) as memory,
            ):
                yield SoundWindow(RemoteHands(connection, memory)), connection
        finally:
            mac.send_signal(signal.SIGTERM)
            mac.wait(10)
            assert mac.stdout is not None
            mac.stdout.close()
