"""An Amiga in FS-UAE behind the bridge: the free AROS that is built in, its mouse, keys, and Paula's sound.

FS-UAE draws with OpenGL, here in software.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from moof.ipc import Key, Mouse
from support.bridge_process import BridgeProcess, running_bridge, wait_until

HUNK = "000003f3 00000000 00000001 00000000 00000000 4000000c 000003e9 0000000c"
"""The header of an executable with one hunk of 12 long words of code, in memory that Paula can read."""
TONE = (
    "41f900dff000"  # lea $dff000,a0          the custom chips
    "43fa0020"  # lea samples(pc),a1
    "214900a0"  # move.l a1,$a0(a0)           channel 0 plays these,
    "317c000400a4"  # move.w #4,$a4(a0)       four words,
    "317c01bc00a6"  # move.w #444,$a6(a0)     each byte for 444 of 3,546,895 ticks a second: at 998 Hz,
    "317c004000a8"  # move.w #64,$a8(a0)      as loud as possible
    "317c82010096"  # move.w #$8201,$96(a0)
    "60fe"  # bra.s *
    "7f7f7f7f81818181"  # samples:
)
HUNK_END = "000003f2"
RETURN, SHIFT = 0x24, 0x38
KEYS = {"e": 0x0E, "c": 0x08, "h": 0x04, "o": 0x1F, "t": 0x11, "n": 0x2D, "x": 0x07, " ": 0x31, ">": 0x2F}


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is the Amiga's hard disk: it starts a shell there."""
    if shutil.which("fs-uae") is None:
        pytest.fail("This test needs FS-UAE: apt install fs-uae", pytrace=False)
    folder = tmp_path_factory.mktemp("amiga")
    (folder / "S").mkdir()
    (folder / "S" / "Startup-Sequence").write_text("echo >SYS:started yes\n")
    (folder / "tone").write_bytes(bytes.fromhex(HUNK + TONE + HUNK_END))
    return folder


@pytest.fixture(scope="module")
def amiga(disk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BridgeProcess]:
    """An Amiga that has started, fast enough for a test: a 68040."""
    own = tmp_path_factory.mktemp("fs-uae")
    arguments = (f"--base_dir={own}", "--amiga_model=A4000/040", f"--hard_drive_0={disk}")
    with running_bridge(own, options=("--emulator", "fs-uae"), program=arguments) as running:
        wait_until(lambda: running.latest() and (disk / "started").exists(), "AROS")
        yield running


def type_line(amiga: BridgeProcess, text: str) -> None:
    for character in text:
        if character == ">":
            amiga.send(Key(SHIFT, down=True))
        amiga.press(KEYS[character])
        if character == ">":
            amiga.send(Key(SHIFT, down=False))
    amiga.press(RETURN)


def pointer(amiga: BridgeProcess) -> tuple[float, float] | None:
    """Return the middle of what is red: AROS's pointer; None if it cannot be seen."""
    red, green, blue = (amiga.pixels() >> shift & 0xFF for shift in (16, 8, 0))
    rows, columns = np.nonzero((red > 200) & (green < 60) & (blue < 60))
    return (float(columns.mean()), float(rows.mean())) if rows.size else None


def test_pointer_follows_the_mouse(amiga: BridgeProcess) -> None:
    wait_until(lambda: pointer(amiga), "the pointer")
    start = pointer(amiga)
    assert start is not None

    def moved() -> bool:
        """Move on, slowly enough for the picture to follow: beyond the screen's edge no pointer is seen."""
        amiga.send(Mouse(4, 2, 0, absolute=False))
        shown = pointer(amiga)
        return shown is not None and shown[0] > start[0] + 40 and shown[1] > start[1] + 20

    wait_until(moved, "the pointer to the right and below", poll_seconds=0.1)


def test_typed_commands_run_and_one_sounds(amiga: BridgeProcess, disk: Path) -> None:
    type_line(amiga, "echo >x hot")
    wait_until((disk / "x").exists, "a file of the shell's")
    wait_until(lambda: (disk / "x").read_text() == "hot\n", "its content")
    type_line(amiga, "tone")
    # FS-UAE plays a few percent faster or slower while its sound card and its own clock differ.
    wait_until(lambda: amiga.hears_tone(998, 48_000, tolerance=60.0), "the tone")
