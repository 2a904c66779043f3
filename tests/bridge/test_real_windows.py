"""Windows of real programs behind the bridge: full screen, dialogs, the keyboard focus."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from moof.bridge.keycodes import EVDEV_KEYS, x_keycodes
from moof.ipc import Mouse
from support.bridge_process import BridgeProcess, running_bridge
from support.waiting import wait_until

ADB = {name: adb for adb, code in x_keycodes().items() for name in EVDEV_KEYS if EVDEV_KEYS[name] + 8 == code}
SCREEN = 1920, 1080
HATARI_IMAGE = Path(__file__).parents[1] / "e2e" / "atari" / "desktop.hex"
IMAGE_BYTES = 0x80000
ATARI_A = 0x1E
"""The scan code that Hatari's desktop shows for the key: a block of 8x8 pixels for each bit."""
BLACK, WHITE = 0xFF000000, 0xFFFFFFFF


@pytest.fixture(autouse=True)
def programs() -> None:
    """Fail with what to install if a program is missing."""
    for name in ("xterm", "zenity", "mpv", "hatari"):
        if shutil.which(name) is None:
            pytest.fail(f"The bridge's tests need {name}: apt install {name}", pytrace=False)


def gradient(width: int, height: int) -> np.ndarray:
    """Return the picture of the SDL program."""
    rows, columns = np.indices((height, width))
    return (rows % 256 << 8 | columns % 256).astype(np.uint32) | np.uint32(0xFF000000)


def wait_for_gradient(running: BridgeProcess, width: int, height: int) -> None:
    running.wait_for_size(width, height)
    wait_until(lambda: np.array_equal(running.pixels(), gradient(width, height)), "all of the picture")


def test_sdl_switches_full_screen_and_back_and_maximises(tmp_path: Path) -> None:
    with running_bridge(tmp_path) as running:
        running.wait_for_size(320, 200)
        for key in ("f", "g"):
            running.press(ADB[key])
            wait_for_gradient(running, *SCREEN)
            running.send(Mouse(1900, 1070, 0, absolute=True))
            running.wait_for_event(x=1900, y=1070)
            running.press(ADB[key])
            wait_for_gradient(running, 320, 200)
        running.press(ADB["m"])
        wait_for_gradient(running, *SCREEN)


def test_mpv_switches_full_screen_and_back(tmp_path: Path) -> None:
    picture = "av://lavfi:testsrc=size=320x240:rate=5"
    program = ("mpv", "--no-config", "--vo=x11", "--no-audio", "--really-quiet", picture)
    with running_bridge(tmp_path, program=program) as running:
        running.wait_for_size(320, 240)
        running.press(ADB["f"])
        running.wait_for_size(*SCREEN)
        wait_until(lambda: running.pixels()[1000, 960] != running.pixels()[1000, 5], "the lower edge")
        running.press(ADB["f"])
        running.wait_for_size(320, 240)


def bit_in_full_screen(running: BridgeProcess, bit: int) -> np.ndarray:
    """Return the middle of a line of a bit's block, the lowest bit is 0; full screen enlarges it 2.7 times.

    In a picture of that size there may be a part of the small window's at first, and then nothing but black.
    """
    left = 96 + round(2.7 * (320 + 8 * (7 - bit)))
    return running.pixels()[551, left + 6 : left + 18]


def test_hatari_switches_full_screen_and_back(tmp_path: Path) -> None:
    image = tmp_path / "tos.img"
    image.write_bytes(bytes.fromhex(HATARI_IMAGE.read_text()).ljust(IMAGE_BYTES, b"\0"))
    options = ("--window", "--statusbar", "off", "--confirm-quit", "off", "--mono", "--sound", "off")
    with running_bridge(tmp_path, program=("hatari", *options, "--tos", str(image))) as running:
        running.wait_for_size(640, 400)
        wait_until(lambda: len(np.unique(running.pixels()[300])) > 1, "the desktop")
        running.press(ADB["f11"])
        running.wait_for_size(*SCREEN)

        def shows_a_key() -> bool:
            """Press a key: Hatari drops it while it switches, and would drop F11."""
            running.press(ADB["a"])
            return all(
                (bit_in_full_screen(running, bit) == (BLACK if ATARI_A >> bit & 1 else WHITE)).all()
                for bit in range(7)
            )

        def returns() -> bool:
            """Press F11; Hatari 2.4 does nothing at some that it receives right after its switch."""
            running.press(ADB["f11"])
            try:
                running.wait_for_size(640, 400, seconds=5)
            except AssertionError:
                return False
            return True

        wait_until(shows_a_key, "a key in full screen", poll_seconds=0.1)
        wait_until(returns, "the small window")


def test_modal_gtk_dialogs_of_xterm_take_keys_and_clicks_and_give_the_focus_back(tmp_path: Path) -> None:
    ask = "zenity --question --modal --attach=$WINDOWID --text Really?"
    script = f"cd {tmp_path}; {ask}; echo $? > first; head -n 1 > typed; {ask}; echo $? > second; sleep 1000"
    # As root xterm gives its terminal to the group tty, which no sandbox has.
    program = ("xterm", "-e", "sh", "-c", script)
    with running_bridge(tmp_path, options=("--no-sandbox",), program=program) as running:
        wait_until(lambda: running.latest() and width_of_dialog(running) > 150, "the dialog")
        running.wait_for_size(484, 316)
        running.press(ADB["enter"])
        wait_until((tmp_path / "first").exists, "the answer by the keyboard")
        wait_until(lambda: width_of_dialog(running) == 0, "the end of the dialog")
        running.press(ADB["a"])
        running.press(ADB["enter"])
        wait_until(lambda: (tmp_path / "typed").exists() and (tmp_path / "typed").read_text(), "the line")
        assert (tmp_path / "typed").read_text() == "a\n"
        wait_until(lambda: width_of_dialog(running) > 150, "the second dialog")
        x, y = lower_left_of_dialog(running)
        running.send(Mouse(5, 300, 1, absolute=True))  # a click beside it changes nothing
        running.send(Mouse(5, 300, 0, absolute=True))
        running.send(Mouse(x + 40, y - 25, 0, absolute=True))  # on the left button, No
        running.send(Mouse(x + 40, y - 25, 1, absolute=True))
        running.send(Mouse(x + 40, y - 25, 0, absolute=True))
        wait_until((tmp_path / "second").exists, "the answer by the mouse")
    assert (tmp_path / "first").read_text() == "0\n"
    assert (tmp_path / "second").read_text() == "1\n"


def test_a_file_dialog_of_gtk_shows_the_files_of_its_sandbox_without_warnings(tmp_path: Path) -> None:
    """It keeps settings for each change of its view."""
    (tmp_path / "only.img").touch()
    script = f"cd {tmp_path}; zenity --file-selection --filename={tmp_path}/; sleep 1000"
    with running_bridge(tmp_path, program=("sh", "-c", script)) as running:
        wait_until(lambda: (frame := running.latest()) and frame.width > 500, "the dialog")

        def chooses() -> bool:
            running.press(ADB["down"])
            running.press(ADB["enter"])
            return any(f"sh: {tmp_path}/only.img" in line for line in running.errors)

        wait_until(chooses, "the chosen file", poll_seconds=0.5)
    assert not any("WARNING **" in line for line in running.errors)


EDGE = 0xFF606060


def width_of_dialog(running: BridgeProcess) -> int:
    """Return the pixels of the longest row of the line around dialogs."""
    return int((running.pixels() == EDGE).sum(axis=1).max())


def lower_left_of_dialog(running: BridgeProcess) -> tuple[int, int]:
    rows, columns = np.nonzero(running.pixels() == EDGE)
    return int(columns.min()), int(rows.max())
