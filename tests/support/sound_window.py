"""Opens, sets and plays the built-in Mac's Sound window: in a headless Mac, or in a process over IPC v4."""

from __future__ import annotations

import contextlib
import mmap
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Protocol

from moof.ipc import EmulatorConnection, Key, Mouse
from moof.mac.headless import HeadlessMac
from support.guest_memory import GuestMemory, Program
from support.moof_process import emulator_command
from support.processes import started
from support.waiting import WAIT_SECONDS, wait_until

RATES = (11025, 22050, 22254, 44100, 48000)

# On the screen, and in the Sound window from its frame's top left corner, in Mac pixels.
_MENU_TITLE, _MENU_ITEM = (28, 10), (48, 147)
_FORMAT_LEFT, _FORMAT_TOP, _COLUMN, _ROW, _RATE_ROWS = 22, 145, 114, 20, 3
_POLL_SECONDS = 0.005
_HEADLESS_TICKS = 600


class Play(IntEnum):
    """What the Sound window plays, as the ADB codes of its keys."""

    TONE_440 = 0x12
    TONE_1000 = 0x13
    SWEEP = 0x14
    RAMP = 0x15
    TUNE = 0x17
    STOP = 0x31


@dataclass(frozen=True, slots=True)
class Format:
    """Format of the Mac's sound: the contract's sampling rate in Hz, bits of a guest sample, channels."""

    rate: int = 44100
    bits: int = 16
    channels: int = 2

    def __str__(self) -> str:
        return f"{self.rate} Hz, {self.bits} bit, {'stereo' if self.channels == 2 else 'mono'}"


def button_positions(wanted: Format) -> list[tuple[int, int]]:
    """Return where a format's radio buttons are, from the top left corner of the window's frame."""
    rate_column, rate_row = divmod(RATES.index(wanted.rate), _RATE_ROWS)
    cells = (rate_column, rate_row), (2, int(wanted.bits == 16)), (3, wanted.channels - 1)
    return [(_FORMAT_LEFT + column * _COLUMN, _FORMAT_TOP + row * _ROW) for column, row in cells]


class MacDriver(Protocol):
    """Operates a Mac: reads its memory, clicks, types, and lets time pass."""

    def u32(self, address: int) -> int:
        """Return a long word of guest memory."""

    def click(self, x: int, y: int) -> None:
        """Move the mouse there and click."""

    def key(self, code: int) -> None:
        """Press and release a key (ADB code)."""

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Let the Mac run until the condition holds; raise AssertionError, which names `what`, if never."""


class SoundWindow:
    """The Sound window of a Mac that is starting."""

    def __init__(self, driver: MacDriver) -> None:
        """Wait for the desktop and open the window."""
        self._driver = driver
        driver.until(lambda: driver.u32(GuestMemory.MOOF_UP) == int.from_bytes(b"MOOF", "big"), "a desktop")
        driver.click(*_MENU_TITLE)
        driver.click(*_MENU_ITEM)
        driver.until(lambda: driver.u32(GuestMemory.FRONT_APPLICATION) == Program.SOUND, "the Sound window")

    def choose(self, wanted: Format) -> None:
        """Set the three groups of radio buttons."""
        for button in button_positions(wanted):
            position = self._driver.u32(GuestMemory.FRONT_POSITION)
            self._driver.click((position >> 16) + button[0], (position & 0xFFFF) + button[1])

    def play(self, what: Play) -> None:
        """Press the key; return when the Mac has opened or closed its sound output."""
        self._driver.key(what)
        self._driver.until(
            lambda: self._driver.u32(GuestMemory.SOURCES) == (what is not Play.STOP), "the sound"
        )


class HeadlessDriver(MacDriver):
    """Operates a headless Mac, whose time passes only while it is made to run."""

    def __init__(self, mac: HeadlessMac) -> None:
        self._mac = mac

    def u32(self, address: int) -> int:
        """Return a long word of guest memory."""
        return self._mac.memory.read32(address)

    def click(self, x: int, y: int) -> None:
        """Move the mouse there and click."""
        self._mac.click(x, y)

    def key(self, code: int) -> None:
        """Press and release a key."""
        self._mac.type_key(code)

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Run ticks until the condition holds."""
        for _ in range(_HEADLESS_TICKS):
            if condition():
                return
            self._mac.run(1)
        raise AssertionError(f"the Mac did not reach {what} in {_HEADLESS_TICKS} ticks")


class IpcDriver(MacDriver):
    """Operates a Mac in a process of its own, over IPC v4 and through its memory file."""

    def __init__(self, connection: EmulatorConnection, memory: GuestMemory) -> None:
        self.connection = connection
        self._memory = memory

    def u32(self, address: int) -> int:
        """Return a long word of guest memory."""
        return self._memory.u32(address)

    def click(self, x: int, y: int) -> None:
        """Move the mouse there, press and release the left button."""
        for buttons in (0, 1, 0):
            self.connection.send(Mouse(x, y, buttons, absolute=True))
            self._wait_ticks(2)

    def key(self, code: int) -> None:
        """Press and release a key."""
        for down in (True, False):
            self.connection.send(Key(code, down))
            self._wait_ticks(1)

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Poll the condition."""
        wait_until(condition, what, poll_seconds=_POLL_SECONDS)

    def _wait_ticks(self, ticks: int) -> None:
        end = self.u32(GuestMemory.TICKS) + ticks
        self.until(lambda: self.u32(GuestMemory.TICKS) >= end, "the next tick")


@contextlib.contextmanager
def emulator_with_sound_window(
    *options: str, environment: dict[str, str] | None = None
) -> Iterator[tuple[SoundWindow, EmulatorConnection]]:
    """Start `moof emulator` with these options; yield its open Sound window and the server's end of it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "memory"
        command = emulator_command("--memory-file", str(file))
        with (
            started([*command, *options], "ready", environment) as (mac, _),
            EmulatorConnection.connect(mac.pid, WAIT_SECONDS) as connection,
            file.open("rb") as opened,
            mmap.mmap(opened.fileno(), 0, prot=mmap.PROT_READ) as memory,
        ):
            yield SoundWindow(IpcDriver(connection, GuestMemory(memory))), connection
