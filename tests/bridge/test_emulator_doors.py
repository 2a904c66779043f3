"""Real emulators, and every hot key that they document: none leads to a monitor, a dialog or a debugger."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from moof.bridge.keycodes import x_keycode, x_keycodes
from moof.bridge.recipe_folder import find_recipe
from moof.ipc import Key, Mouse
from support.bridge_process import BridgeProcess, running_bridge, wait_until
from support.processes import descendants
from support.program_windows import ProgramWindows
from support.x_keyboard import STROKE_SECONDS

ATARI = Path(__file__).parents[1] / "e2e" / "atari" / "desktop.hex"
ATARI_BYTES = 256 * 1024
ATARI_SIZE, QUADRA_SIZE = (640, 400), (800, 600)
ROM_BYTES = 1 << 20
ROM = bytes.fromhex("00001000 00000010 00000000 00000000 60fe")
"""The stack, where the code begins, and a jump to itself: a Quadra 800 that does nothing."""
BITS = np.s_[200, 328:384:8]  # without the highest one, where the pointer is
BLACK, WHITE = 0xFF000000, 0xFFFFFFFF
LAST_KEY, SCAN_CODE = "z", 0x2C
"""A key of no hot key, whose arrival shows that those before have arrived."""
LAST_KEY_BITS = [BLACK if SCAN_CODE >> bit & 1 else WHITE for bit in range(6, -1, -1)]
QEMU = "qemu-system-m68"  # as proc(5) cuts it
GRABBED = "QEMU - Press Right-Ctrl-G to exit grab"

QEMU_KEYS = (*"1234567890fgumq", "equal", "minus", "kpplus", "kpminus")
"""QEMU's manual, "Keys in the graphical frontends", and those of its menus."""
QEMU_MODIFIERS = (["rightctrl"], ["leftctrl", "leftalt"])
"""Those of its option grab-mod in the recipe, and the usual ones."""
HATARI_KEYS = (*"agimrcdsqxykljbfo", "f1", "f2", "f3", "f4")
"""Hatari's manual, "Keyboard shortcuts during emulation". Pause is not on a Mac's keyboard."""
HATARI_MODIFIERS = (["rightalt"], ["leftmeta"])
HATARI_ALONE = ("f11", "f12")
ALL_NAMES = {*QEMU_KEYS, *HATARI_KEYS, *HATARI_ALONE, LAST_KEY}.union(*QEMU_MODIFIERS, *HATARI_MODIFIERS)


@dataclass
class Emulator:
    """An emulator behind the bridge."""

    bridge: BridgeProcess
    windows: ProgramWindows
    keys: dict[str, int]
    """ADB codes by Linux's names of the keys at the same place."""
    folder: Path
    """Its home and working directory."""

    def press(self, *names: str, down: bool = True) -> None:
        """Press keys one after the other, as a hand does: SDL takes faster ones for repetitions."""
        for name in names:
            self.bridge.send(Key(self.keys[name], down=down))
            time.sleep(STROKE_SECONDS)

    def release(self, *names: str) -> None:
        """Release keys one after the other."""
        self.press(*names, down=False)

    def tap(self, *names: str) -> None:
        """Press and release keys, one after the other."""
        for name in names:
            self.press(name)
            self.release(name)

    def wait_until_handled(self) -> None:
        """Wait until the program has handled all keys."""
        code = x_keycode(LAST_KEY)
        self.press(LAST_KEY)
        wait_until(lambda: self.windows.is_down(code), "the last key to be down")
        self.release(LAST_KEY)
        wait_until(lambda: not self.windows.is_down(code), "the last key to be up")
        self.windows.wait_until_handled()

    def click(self) -> None:
        """Click, which makes QEMU grab the mouse."""
        self.bridge.send(Mouse(10, 10, 1, absolute=True))
        self.bridge.send(Mouse(10, 10, 0, absolute=True))

    def files(self) -> list[Path]:
        """Return what is in its folder."""
        return sorted(self.folder.rglob("*"))


@contextlib.contextmanager
def running(
    folder: Path, program: str, options: tuple[str, ...], command: tuple[str, ...]
) -> Iterator[Emulator]:
    """Run the bridge with the program."""
    home = folder / "home"
    home.mkdir()
    by_code = {code: adb for adb, code in x_keycodes().items()}
    names = {name: by_code[x_keycode(name)] for name in ALL_NAMES}
    with (
        # Without a sandbox: what a hot key writes or starts is to be seen.
        running_bridge(folder, options=("--no-sandbox", *options), program=command, home=home) as bridge,
        contextlib.closing(ProgramWindows(bridge.process.pid, program)) as windows,
    ):
        wait_until(windows.shown, "the program's window")
        yield Emulator(bridge, windows, names, home)


def needed(program: str, package: str) -> None:
    if shutil.which(program) is None:
        pytest.fail(f"This test needs {program}: apt install {package}", pytrace=False)


def quadra_rom(folder: Path) -> Path:
    needed("qemu-system-m68k", "qemu-system-misc qemu-system-gui")
    path = folder / "rom"
    path.write_bytes(ROM.ljust(ROM_BYTES, b"\0"))
    return path


def atari_system(folder: Path) -> Path:
    needed("hatari", "hatari")
    path = folder / "desktop.img"
    path.write_bytes(bytes.fromhex(ATARI.read_text()).ljust(ATARI_BYTES, b"\0"))
    return path


def without_control(command: Sequence[str], option: str) -> tuple[str, ...]:
    """Return a command without its control socket, which only a recipe has."""
    place = command.index(option)
    return (*command[:place], *command[place + 2 :])


def desktop_drawn(pixels: NDArray[np.uint32]) -> bool:
    """Return whether the white bar and the grey desktop are there, so that keys are read."""
    if pixels.shape != ATARI_SIZE[::-1]:
        return False
    return bool((pixels[12, 300:] == WHITE).all() and 0 < (pixels[300:, 440:] == BLACK).mean() < 1)


def picture_with_key(emulator: Emulator) -> NDArray[np.uint32]:
    """Return the picture, uint32 (400, 640), in which the small desktop shows the last key.

    It draws the bits of the scan code as blocks of 8x8 pixels. While it starts it misses keys.
    """
    wait_until(lambda: emulator.bridge.latest() and desktop_drawn(emulator.bridge.pixels()), "the desktop")

    def shows_key() -> bool:
        emulator.wait_until_handled()
        return bool((emulator.bridge.pixels()[BITS] == LAST_KEY_BITS).all())

    wait_until(shows_key, "the key on the screen")
    return emulator.bridge.pixels()


def try_all(emulator: Emulator, modifiers: list[str], keys: Sequence[str]) -> None:
    """Press keys with modifiers, before and after the modifiers."""
    emulator.press(*modifiers)
    emulator.tap(*keys)
    emulator.wait_until_handled()
    emulator.release(*modifiers)
    for order in ([keys[1], *modifiers], [*modifiers[1:], keys[1], *modifiers[:1]]):
        emulator.press(*order)
        emulator.wait_until_handled()
        emulator.release(*order)
    emulator.tap(keys[1])  # the program may look at the modifiers of now only when it handles the key
    emulator.press(*modifiers)
    emulator.wait_until_handled()
    emulator.release(*modifiers)


def test_qemu_stays_in_its_window(tmp_path: Path) -> None:
    options = ("--emulator", "qemu-q800", "--file", str(quadra_rom(tmp_path)))
    # A monitor that the recipe does not have: even that one is out of reach.
    with running(tmp_path, QEMU, options, ("-monitor", "vc")) as emulator:
        emulator.bridge.wait_for_size(*QUADRA_SIZE)
        for modifiers in QEMU_MODIFIERS:
            try_all(emulator, modifiers, QEMU_KEYS)
        assert emulator.windows.shown() == [("QEMU", *QUADRA_SIZE)]
        emulator.click()
        wait_until(lambda: emulator.windows.shown() == [(GRABBED, *QUADRA_SIZE)], "the mouse to be grabbed")
        try_all(emulator, QEMU_MODIFIERS[0], QEMU_KEYS)
        assert emulator.windows.shown() == [(GRABBED, *QUADRA_SIZE)]
        assert descendants(emulator.windows.pid) == {}
        assert emulator.files() == []


def test_qemu_without_the_list_opens_its_monitor_and_grabs_the_mouse(tmp_path: Path) -> None:
    command = find_recipe("qemu-q800").options(("-monitor", "vc"), quadra_rom(tmp_path)).command
    options = ("--title", "QEMU", "--mouse", "click")
    with running(tmp_path, QEMU, options, without_control(command, "-qmp")) as emulator:
        emulator.bridge.wait_for_size(*QUADRA_SIZE)
        emulator.press("rightctrl", "g")
        wait_until(lambda: emulator.windows.shown() == [(GRABBED, *QUADRA_SIZE)], "the mouse to be grabbed")
        emulator.release("g")
        emulator.press("2")
        wait_until(lambda: len(emulator.windows.shown()) == 2, "the monitor's window")


def test_hatari_stays_in_its_window(tmp_path: Path) -> None:
    options = ("--emulator", "hatari", "--file", str(atari_system(tmp_path)))
    with running(tmp_path, "hatari", options, ("--mono",)) as emulator:
        shown = picture_with_key(emulator)
        windows, files = emulator.windows.shown(), emulator.files()
        emulator.tap(*HATARI_ALONE)
        for modifiers in HATARI_MODIFIERS:
            try_all(emulator, modifiers, HATARI_KEYS)
        assert np.array_equal(picture_with_key(emulator), shown)
        assert emulator.windows.shown() == windows
        assert descendants(emulator.windows.pid) == {}
        assert emulator.files() == files


def test_hatari_without_the_list_opens_its_dialog_and_writes_files(tmp_path: Path) -> None:
    command = find_recipe("hatari").options((), atari_system(tmp_path)).command
    options = ("--title", "Hatari", "--mouse", "relative")
    with running(tmp_path, "hatari", options, without_control(command, "--control-socket")) as emulator:
        shown, files = picture_with_key(emulator), emulator.files()
        emulator.press("rightalt", "g")
        wait_until(lambda: emulator.files() != files, "a picture in a file")
        emulator.release("g", "rightalt")
        emulator.press("f12")
        wait_until(lambda: not np.array_equal(emulator.bridge.pixels()[100:], shown[100:]), "the dialog")
