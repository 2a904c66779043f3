"""An emulator without IPC v4 behind the bridge: Hatari in a page, with a small desktop made for the tests."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser

from support.mac_page import MacPage, new_mac_page
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.processes import descendants
from support.recorded_audio import record, strongest_frequency
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser

IMAGE = Path(__file__).parent / "atari" / "desktop.hex"
IMAGE_BYTES = 256 * 1024
SCAN_CODE_A, SCAN_CODE_S = 0x1E, 0x1F
SCAN_CODE_UP, SCAN_CODE_DOWN = 0x48, 0x50
MENU = np.s_[30:110, 20:140]
TITLE = (40, 8)
KEY = np.s_[200:208, 320:384]


@pytest.fixture(scope="module")
def hatari(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MoofProcess]:
    """Run `moof run --emulator hatari`."""
    for program, package in (("hatari", "hatari"), ("Xvfb", "xvfb")):
        if shutil.which(program) is None:
            pytest.fail(f"The bridge's tests need {program}: apt install {package}", pytrace=False)
    folder = tmp_path_factory.mktemp("hatari")
    image = folder / "desktop.img"
    image.write_bytes(bytes.fromhex(IMAGE.read_text()).ljust(IMAGE_BYTES, b"\0"))
    states = ("--states", str(folder / "states"))
    running = start_moof(folder, "--emulator", "hatari", "--emulator-file", str(image), *states)
    yield running
    stop_moof(running)


@pytest.fixture(scope="module")
def atari(browser: Browser, hatari: MoofProcess) -> Iterator[MacPage]:
    """Open a page that displays it, lossless."""
    with new_mac_page(browser) as page:
        page.connect(hatari.url)
        # The bridge moves the pointer into a corner once to find its position: not before the desktop is
        # drawn.
        wait_until(lambda: desktop_drawn(page), "the desktop, as a video")
        page.choose_codec("png")
        wait_until(lambda: desktop_visible(page), "the desktop")
        yield page


def desktop_drawn(page: MacPage) -> bool:
    """Return whether the page displays white bar and grey desktop, as far as a video reproduces them."""
    if page.mac_size() != (640, 400):
        return False
    pixels = page.pixels()[:, :, 0]
    return bool(pixels[4:12, 300:].mean() > 200 and 80 < pixels[300:, 440:].mean() < 175)


def desktop_visible(page: MacPage) -> bool:
    """Return whether the page displays the white bar, the black line and the grey desktop exactly."""
    if page.mac_size() != (640, 400):
        return False
    pixels = page.pixels()[:, :, 0]
    rows, columns = np.indices((100, 200))
    desk = np.where((rows + columns) % 2 == 0, 255, 0)
    return bool(
        (pixels[12, 300:] == 255).all() and (pixels[19] == 0).all() and (pixels[300:, 440:] == desk).all()
    )


def test_the_desktop_is_displayed(atari: MacPage) -> None:
    assert desktop_visible(atari)


def open_menu(page: MacPage) -> None:
    """Press the mouse on the menu's title."""
    page.move(*TITLE)
    page.page.mouse.down()
    wait_until(lambda: (page.pixels()[MENU] == 255).all(), "the menu to open")


def test_a_menu_opens_on_a_mouse_press(atari: MacPage) -> None:
    open_menu(atari)
    places = itertools.cycle(((60, 60), (61, 61)))  # a hand does not rest: EmuTOS can miss a single movement

    def item_highlighted() -> bool:
        atari.move(*next(places))
        return bool((atari.pixels()[62:68, 62:68] == 0).all())

    wait_until(item_highlighted, "the pointer on the menu")
    atari.page.mouse.up()
    wait_until(lambda: atari.pixels()[MENU].mean() < 200, "the menu to close")


def shown_key(pixels: NDArray[np.uint8]) -> int:
    """Return the scan code that the desktop displays, -1 for none."""
    blocks = pixels[KEY][:, :, 0].reshape(8, 8, 8)
    if not ((blocks == 0) | (blocks == 255)).all() or any(np.ptp(blocks[:, i]) for i in range(8)):
        return -1
    return sum(1 << (7 - i) for i in range(8) if blocks[0, i, 0] == 0)


def plays_tone(page: MacPage) -> bool:
    """Record a second; return whether most of it is at 1 kHz, and loud."""
    rate, samples = record(page.page, 1.0)
    return bool(np.abs(samples).max(initial=0) > 500 and abs(strongest_frequency(samples, rate) - 1000) < 5)


def test_a_key_press_is_displayed_and_plays_a_tone(atari: MacPage) -> None:
    atari.page.keyboard.down("a")
    wait_for_value(lambda: shown_key(atari.pixels()), SCAN_CODE_A, "the key on the screen")
    wait_until(lambda: plays_tone(atari), "the tone")
    atari.page.keyboard.up("a")


def test_a_key_right_after_long_movements_is_that_key(atari: MacPage) -> None:
    """A guest that is drawing must not lose a byte of a movement: it would take the next one for a key."""
    for key, code in (("s", SCAN_CODE_S), ("a", SCAN_CODE_A)) * 2:
        open_menu(atari)
        atari.page.mouse.up()  # the whole desktop is drawn
        for place in ((600, 390), (20, 100), (600, 200), (300, 200)):
            atari.move(*place)
        atari.page.keyboard.down(key)
        wait_for_value(lambda: shown_key(atari.pixels()), code, "the key on the screen")
        atari.page.keyboard.up(key)
        wait_until(lambda: atari.pixels()[MENU].mean() < 200, "the menu to close")


def test_the_wheel_reaches_hatari_which_makes_cursor_keys_of_it(atari: MacPage) -> None:
    atari.move(300, 300)
    for pixels, scan_code in ((120, SCAN_CODE_DOWN), (-120, SCAN_CODE_UP)):
        atari.page.mouse.wheel(0, pixels)
        wait_until(lambda code=scan_code: shown_key(atari.pixels()) == code, "the key")  # type: ignore[misc]


def test_a_loaded_state_has_the_keys_the_pointer_and_the_sound_of_then(
    atari: MacPage, hatari: MoofProcess
) -> None:
    atari.page.keyboard.press("a")
    wait_for_value(lambda: shown_key(atari.pixels()), SCAN_CODE_A, "the key on the screen")
    atari.move(100, 300)
    hatari.save_state("Then")
    atari.page.keyboard.press("s")
    wait_for_value(lambda: shown_key(atari.pixels()), SCAN_CODE_S, "the key on the screen")
    atari.move(500, 100)
    assert hatari.post("/api/states", {"action": "load", "name": "Then"}) == 204
    wait_for_value(lambda: shown_key(atari.pixels()), SCAN_CODE_A, "the key of then")
    open_menu(atari)
    atari.page.mouse.up()
    wait_until(lambda: atari.pixels()[MENU].mean() < 200, "the menu to close")
    atari.page.keyboard.down("s")
    wait_until(lambda: plays_tone(atari), "the tone")
    atari.page.keyboard.up("s")


def test_a_killed_program_is_restarted_and_displayed(atari: MacPage, hatari: MoofProcess) -> None:
    bridge = hatari.emulator_pid
    hatari_pid = next(pid for pid, name in descendants(bridge).items() if name == "hatari")
    mounts = {Path(f"/proc/{pid}/ns/mnt").readlink() for pid in (os.getpid(), hatari_pid)}
    assert len(mounts) == 2, "it runs in a sandbox"
    os.kill(hatari_pid, signal.SIGKILL)
    wait_until(lambda: hatari.emulator_pid not in (0, bridge), "another emulator")
    wait_until(lambda: shown_key(atari.pixels()) == -1 and desktop_visible(atari), "its desktop")
