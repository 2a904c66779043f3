"""DOSBox behind the bridge, with the user's settings overridden: its shell, mouse, keys, and the speaker."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from moof.ipc import Mouse
from support.bridge_process import BridgeProcess, running_bridge, wait_until

TONE = "b0b6 e643 b8a904 e642 88e0 e642 e461 0c03 e661 c3"
"""The speaker's counter (ports 0x42, 0x43) divides 1,193,182 Hz by 1,193; port 0x61 switches it on."""
POINTER = "b81200 cd10 b80000 cd33 b80100 cd33 30e4 cd16 c3"
"""In mode 0x12 (640x480), interrupt 0x33 resets the mouse and shows its pointer; then waits for a key."""
KEY_K, KEY_P, KEY_T, RETURN = 0x28, 0x23, 0x11, 0x24


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is DOS's disk C."""
    if shutil.which("dosbox") is None:
        pytest.fail("This test needs DOSBox: apt install dosbox", pytrace=False)
    folder = tmp_path_factory.mktemp("dos")
    (folder / "T.COM").write_bytes(bytes.fromhex(TONE))
    (folder / "P.COM").write_bytes(bytes.fromhex(POINTER))
    (folder / "K.BAT").write_text("@echo typed>DONE\r\n")
    return folder


@pytest.fixture(scope="module")
def dos(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BridgeProcess]:
    """DOS with its prompt; the user's settings want full screen and a captured mouse."""
    home = tmp_path_factory.mktemp("home")
    (home / ".dosbox").mkdir()
    version = "0.74-3"
    (home / ".dosbox" / f"dosbox-{version}.conf").write_text("[sdl]\nfullscreen=true\nautolock=true\n")
    words = ("-c", f"mount c {folder}", "-c", "c:", "-c", "cls", "-c", "echo ready>READY")
    with running_bridge(home, options=("--emulator", "dosbox"), program=words, home=home) as running:
        running.wait_for_size(640, 400)
        wait_until((folder / "READY").exists, "the prompt")
        yield running


def enter(dos: BridgeProcess, key: int) -> None:
    dos.press(key)
    dos.press(RETURN)


def test_typed_command_runs(dos: BridgeProcess, folder: Path) -> None:
    enter(dos, KEY_K)
    wait_until((folder / "DONE").exists, "the command")


def test_pointer_is_where_the_viewer_points(dos: BridgeProcess) -> None:
    enter(dos, KEY_P)
    dos.wait_for_size(640, 480)
    for x, y in ((400, 200), (100, 300), (600, 440)):

        def shown(x: int = x, y: int = y) -> bool:
            dos.send(Mouse(x + 1, y, 0, absolute=True))
            dos.send(Mouse(x, y, 0, absolute=True))
            rows, columns = np.nonzero(dos.pixels() & 0xFFFFFF)
            return rows.size > 0 and abs(rows.min() - y) < 3 and abs(columns.min() - x) < 3

        wait_until(shown, f"the pointer at {x}, {y}")
    dos.press(KEY_P)


def test_speaker_sounds(dos: BridgeProcess) -> None:
    enter(dos, KEY_T)
    wait_until(lambda: dos.hears_tone(1000, 44_100), "the tone")
