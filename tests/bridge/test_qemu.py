"""A PC in QEMU behind the bridge: its BIOS's text, keys typed, its speaker; QEMU's own PulseAudio backend."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import numpy as np
import pytest
from bridged import Bridged, bridged, wait_until
from numpy.typing import NDArray

SECTOR = bytes.fromhex(
    "b401 b90020 cd10"  # int 10h, 1: no text cursor
    "b402 30ff ba0018 cd10"  # int 10h, 2: on at the start of the last row
    "30e4 cd16"  # int 16h: wait for a key
    "b40e cd10"  # int 10h, 14: show it
    "b0b6 e643 b0a9 e642 b004 e642"  # the timer's channel 2: a square wave of 1193182 / 1193 Hz
    "e461 0c03 e661"  # to the speaker
    "ebe4"  # the next key
)
BOOTABLE = b"\x55\xaa"
KEY_A, KEY_B = 0x00, 0x0B
TEXT_SIZE = (720, 400)
GREY, BLACK = 0xFFA8A8A8, 0xFF000000
ROW, CELL = slice(384, 400), 9


@pytest.fixture(scope="module")
def pc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bridged]:
    """A PC that has booted what shows keys and beeps."""
    if shutil.which("qemu-system-x86_64") is None:
        pytest.fail("This test needs QEMU: apt install qemu-system-x86 qemu-system-gui", pytrace=False)
    folder = tmp_path_factory.mktemp("pc")
    (folder / "floppy").write_bytes(SECTOR.ljust(510, b"\0") + BOOTABLE)
    command = (
        *("qemu-system-x86_64", "-machine", "pc,accel=tcg,pcspk-audiodev=speaker", "-display", "sdl,gl=off"),
        *("-audiodev", "pa,id=speaker,server={pulse}", "-nic", "none", "-boot", "a"),
        *("-drive", f"if=floppy,format=raw,file={folder / 'floppy'}"),
    )
    with bridged(folder, options=("--title", "QEMU"), program=command) as running:
        running.wait_for_size(*TEXT_SIZE)
        yield running


def cell(pc: Bridged, column: int) -> NDArray[np.bool_]:
    """What stands in the last row there, true where a pixel is lit, bool (16, 9)."""
    return np.asarray(pc.pixels()[ROW, column * CELL : (column + 1) * CELL] != BLACK)


def test_the_bios_says_who_it_is_and_boots(pc: Bridged) -> None:
    for row, text in ((0, "SeaBIOS (version"), (16, "Booting from Floppy")):
        area = np.s_[row : row + 16, (len(text) - 1) * CELL : len(text) * CELL]
        wait_until(lambda area=area: (pc.pixels()[area] != BLACK).any(), text)  # type: ignore[misc]
    assert set(np.unique(pc.pixels())) == {BLACK, GREY}


def test_keys_are_typed_and_heard(pc: Bridged) -> None:
    for column, key in enumerate((KEY_A, KEY_B, KEY_A)):
        pc.press(key)
        wait_until(lambda column=column: cell(pc, column).any(), "the key on the screen")  # type: ignore[misc]
    assert np.array_equal(cell(pc, 0), cell(pc, 2))
    assert not np.array_equal(cell(pc, 0), cell(pc, 1))
    wait_until(lambda: hears_a_tone(pc), "the tone")


def hears_a_tone(pc: Bridged) -> bool:
    """Record a quarter of a second: true if what is loudest is at 1 kHz."""
    rate = 44_100
    heard = pc.record(rate // 4).astype(float)
    spectrum = np.abs(np.fft.rfft((heard - heard.mean()) * np.hanning(heard.size)))
    return bool(np.ptp(heard) > 1000 and abs(np.argmax(spectrum) * rate / heard.size - 1000) < 10)
