"""A PC in QEMU behind the bridge: its BIOS's text, mouse, keys, and speaker through PulseAudio."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from moof.ipc import Mouse
from support.bridge_process import BridgeProcess, running_bridge, wait_until

SECTOR = Path(__file__).parent / "pc" / "boot.hex"
BOOTABLE = b"\x55\xaa"
KEY_A, KEY_B = 0x00, 0x0B
TEXT_SIZE = (720, 400)
GREY, BLACK = 0xFFA8A8A8, 0xFF000000
CELL_WIDTH, CELL_HEIGHT, LAST_ROW = 9, 16, 24


@pytest.fixture(scope="module")
def pc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BridgeProcess]:
    """A PC that has booted a program that shows keys and beeps."""
    if shutil.which("qemu-system-x86_64") is None:
        pytest.fail("This test needs QEMU: apt install qemu-system-x86 qemu-system-gui", pytrace=False)
    folder = tmp_path_factory.mktemp("pc")
    (folder / "floppy").write_bytes(bytes.fromhex(SECTOR.read_text()).ljust(510, b"\0") + BOOTABLE)
    disk = ("-boot", "a", "-drive", f"if=floppy,format=raw,file={folder / 'floppy'}")
    with running_bridge(folder, options=("--emulator", "qemu-pc"), program=disk) as running:
        running.wait_for_size(*TEXT_SIZE)
        yield running


def cell(pc: BridgeProcess, column: int, row: int) -> NDArray[np.bool_]:
    """Return a character cell, true where a pixel is lit, bool (16, 9)."""
    x, y = column * CELL_WIDTH, row * CELL_HEIGHT
    return np.asarray(pc.pixels()[y : y + CELL_HEIGHT, x : x + CELL_WIDTH] != BLACK)


def test_bios_shows_its_name_and_boots(pc: BridgeProcess) -> None:
    for row, text in enumerate(("SeaBIOS (version", "Booting from Floppy")):
        last = len(text) - 1
        wait_until(lambda last=last, row=row: cell(pc, last, row).any(), text)  # type: ignore[misc]
    assert set(np.unique(pc.pixels())) == {BLACK, GREY}


def test_keys_are_typed_and_the_speaker_sounds(pc: BridgeProcess) -> None:
    for column, key in enumerate((KEY_A, KEY_B, KEY_A)):
        pc.press(key)
        wait_until(lambda column=column: cell(pc, column, LAST_ROW).any(), "the key")  # type: ignore[misc]
    assert np.array_equal(cell(pc, 0, LAST_ROW), cell(pc, 2, LAST_ROW))
    assert not np.array_equal(cell(pc, 0, LAST_ROW), cell(pc, 1, LAST_ROW))
    wait_until(lambda: pc.hears_tone(1000, 44_100), "the tone")


def points_at(pc: BridgeProcess, x: int, y: int) -> bool:
    """Move there and back by a pixel: a busy QEMU keeps a part of a movement until the next one."""
    pc.send(Mouse(x + 1, y, 0, absolute=True))
    pc.send(Mouse(x, y, 0, absolute=True))
    return bool(cell(pc, x // CELL_WIDTH, y // CELL_HEIGHT).all())


def test_pointer_reaches_the_position(pc: BridgeProcess) -> None:
    for x, y in ((400, 200), (100, 300), (650, 60)):
        wait_until(lambda x=x, y=y: points_at(pc, x, y), f"the pointer at {x}, {y}")  # type: ignore[misc]
