"""The guest's memory, read from outside through `--memory-file`; docs/guest.md lists the addresses.

The times that decide what a held key and a second click mean can be changed there, too.
"""

from __future__ import annotations

import contextlib
import enum
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from support.waiting import wait_until


class Program(enum.IntEnum):
    """The guest's programs, by the number that low memory has for the frontmost one."""

    NOTES = 1
    SKETCH = 2
    SOUND = 3
    MONITORS = 4
    CALCULATOR = 5
    TEST_CARD = 6
    ABOUT = 7
    KEYBOARD = 8
    DISK = 9


@dataclass
class GuestMemory:
    """The Mac's memory, mapped; addresses are those of docs/guest.md."""

    block: mmap.mmap

    TICKS = 0x016A
    KEY_MAP = 0x0174
    KEY_THRESH = 0x018E
    DOUBLE_TIME = 0x02F0
    MOUSE = 0x0830
    MOOF_UP = 0x0B04
    NOTES_TEXT = 0x0B08
    NOTES_LENGTH = 0x0B0C
    FRONT_POSITION = 0x0B10
    FRONT_SIZE = 0x0B14
    FRONT_APPLICATION = 0x0B18
    CARD_FRAMES = 0x0B1C
    WINDOWS = 0x0B20
    SOURCES = 0x0B24
    FRAMEBUFFER = 0x0420_0000

    def u32(self, address: int) -> int:
        """Return a big-endian long word of guest memory."""
        return int.from_bytes(self.block[address : address + 4], "big")

    def pair(self, address: int) -> tuple[int, int]:
        """Return the two words of one long word: x and y, or width and height."""
        value = self.u32(address)
        return value >> 16, value & 0xFFFF

    def stop_key_repeat(self) -> None:
        """Let no held key repeat until the Mac starts again.

        Keys that a busy machine releases late type once.
        """
        self.block[self.KEY_THRESH : self.KEY_THRESH + 2] = b"\xff\xff"

    @contextlib.contextmanager
    def slow_double_clicks(self) -> Iterator[None]:
        """Let clicks that are up to ten minutes apart be double clicks."""
        place = slice(self.DOUBLE_TIME, self.DOUBLE_TIME + 4)
        before = self.block[place]
        self.block[place] = (36_000).to_bytes(4, "big")
        try:
            yield
        finally:
            self.block[place] = before

    @property
    def mouse(self) -> tuple[int, int]:
        """Where the guest's pointer is: x and y."""
        y, x = self.pair(self.MOUSE)
        return x, y

    def key_is_down(self, code: int) -> bool:
        """Return whether the guest's KeyMap has the key of that ADB code down."""
        return bool(self.block[self.KEY_MAP + code // 8] >> code % 8 & 1)

    @property
    def held_keys(self) -> list[int]:
        """The ADB codes of all keys that are down in the guest's KeyMap."""
        return [code for code in range(128) if self.key_is_down(code)]

    def framebuffer(self, width: int, height: int) -> NDArray[np.uint8]:
        """Return the screen at 32 bits per pixel (bytes x, R, G, B): uint8 (height, width, 3) RGB."""
        raw = self.block[self.FRAMEBUFFER : self.FRAMEBUFFER + width * height * 4]
        return np.frombuffer(raw, np.uint8).reshape(height, width, 4)[:, :, 1:]

    @property
    def notes(self) -> str:
        """The text in Notes."""
        start = self.u32(self.NOTES_TEXT)
        return self.block[start : start + self.u32(self.NOTES_LENGTH)].decode("latin-1")


def map_guest_memory(file: Path) -> GuestMemory:
    """Map the memory of a Mac that runs, or is about to, once its desktop is there.

    Held keys do not repeat from then on.
    """
    wait_until(file.exists, "the Mac to have memory")
    with file.open("r+b") as opened:
        memory = GuestMemory(mmap.mmap(opened.fileno(), 0))
    wait_until(lambda: memory.u32(memory.MOOF_UP), "the Mac's desktop")
    memory.stop_key_repeat()
    return memory
