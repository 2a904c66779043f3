"""Input from the browser's keyboard and mouse to guest memory, and its effect on the displayed picture."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser

from support.guest_memory import GuestMemory, Program
from support.mac_page import MacPage, new_mac_page
from support.moof_process import MoofProcess
from support.pointing_devices import TouchScreen
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser

SHIFT = 0x38  # ADB code
NOTES_ICON = (595, 50)


@pytest.fixture
def notes(mac_page: MacPage, memory: GuestMemory) -> Iterator[MacPage]:
    """Open Notes, in front, in a page."""
    mac_page.open_program(memory, Program.NOTES)
    yield mac_page
    mac_page.close_front_window(memory)


def test_typed_text_reaches_guest_memory_and_is_displayed(notes: MacPage, memory: GuestMemory) -> None:
    notes.choose_codec("png")
    notes.page.keyboard.press("Alt+KeyA")
    notes.page.keyboard.press("Delete")
    wait_for_value(lambda: memory.notes, "", "empty Notes")
    before = notes.pixels()
    notes.type_text("Hello, Moof! (1990)")
    wait_for_value(lambda: memory.notes, "Hello, Moof! (1990)", "the text in guest memory")
    x, y = memory.pair(memory.FRONT_POSITION)
    width, height = memory.pair(memory.FRONT_SIZE)
    content = np.s_[y + 22 : y + height, x : x + width]
    wait_until(lambda: np.any(notes.pixels()[content] != before[content]), "the text to be displayed")


def test_cut_and_paste(notes: MacPage, memory: GuestMemory) -> None:
    keyboard = notes.page.keyboard
    keyboard.press("Alt+KeyA")
    keyboard.type("moof", delay=15)
    keyboard.press("Alt+KeyA")
    keyboard.press("Alt+KeyX")
    wait_for_value(lambda: memory.notes, "", "the text to be cut")
    keyboard.press("Alt+KeyV")
    keyboard.press("Alt+KeyV")
    wait_for_value(lambda: memory.notes, "moofmoof", "the text to be pasted twice")


def test_dragging_the_title_bar_moves_a_window(notes: MacPage, memory: GuestMemory) -> None:
    x, y = memory.pair(memory.FRONT_POSITION)
    width, _ = memory.pair(memory.FRONT_SIZE)
    grip = (x + width // 3, y + 10)
    notes.drag(grip, (grip[0] + 60, grip[1] + 45))
    wait_for_value(
        lambda: memory.pair(memory.FRONT_POSITION), (x + 60, y + 45), "the window at its new place"
    )


def test_a_second_viewers_mouse_does_not_end_a_drag(
    notes: MacPage, browser: Browser, moof: MoofProcess, memory: GuestMemory
) -> None:
    x, y = memory.pair(memory.FRONT_POSITION)
    width, _ = memory.pair(memory.FRONT_SIZE)
    grip = (x + width // 3, y + 10)
    with new_mac_page(browser) as second:
        second.connect(moof.url)
        notes.move(*grip)
        wait_for_value(lambda: memory.mouse, grip, "the pointer on the title bar")
        notes.page.mouse.down()
        notes.move(grip[0] + 10, grip[1] + 10)
        wait_for_value(lambda: memory.mouse, (grip[0] + 10, grip[1] + 10), "the drag to begin")
        second.click(500, 400)
        notes.move(grip[0] + 40, grip[1] + 30)
        notes.page.mouse.up()
        wait_for_value(
            lambda: memory.pair(memory.FRONT_POSITION), (x + 40, y + 30), "the window at its place"
        )
        second.move(510, 410)
        wait_for_value(lambda: memory.mouse, (510, 410), "the second viewer's pointer")
    assert memory.pair(memory.FRONT_POSITION) == (x + 40, y + 30)


def test_a_double_tap_beside_itself_opens_an_icon(mac_page: MacPage, memory: GuestMemory) -> None:
    fingers = TouchScreen(mac_page.page)
    x, y = mac_page.css_position(*NOTES_ICON)
    with memory.slow_double_clicks():
        for offset in (0, 15):
            fingers.touch((x + offset, y - offset))
            fingers.touch()
        wait_for_value(lambda: memory.u32(memory.FRONT_APPLICATION), Program.NOTES, "Notes in front")
    fingers.close()
    mac_page.close_front_window(memory)


def test_the_browsers_pointer_is_shown_while_the_stream_stalls(
    mac_page: MacPage, moof: MoofProcess, memory: GuestMemory
) -> None:
    def cursor() -> str:
        return str(mac_page.page.evaluate("getComputedStyle(document.getElementById('screen')).cursor"))

    mac_page.move(300, 300)
    wait_until(lambda: memory.mouse == (300, 300) and cursor() == "none", "the Mac's pointer alone")
    emulator = moof.emulator_pid
    os.kill(emulator, signal.SIGSTOP)
    try:
        mac_page.move(400, 350)
        wait_until(lambda: "static/icons/arrow-" in cursor(), "the browser's pointer")
    finally:
        os.kill(emulator, signal.SIGCONT)
    wait_until(lambda: memory.mouse == (400, 350) and cursor() == "none", "the Mac's pointer alone again")


def test_keys_held_by_a_viewer_that_disconnects_are_released(
    mac_page: MacPage, browser: Browser, moof: MoofProcess, memory: GuestMemory
) -> None:
    with new_mac_page(browser) as second:
        second.connect(moof.url)
        second.click(300, 300)
        second.page.keyboard.down("ShiftLeft")
        wait_until(lambda: memory.key_is_down(SHIFT), "shift in the guest's KeyMap")
    wait_until(lambda: not any(map(memory.key_is_down, range(128))), "shift to be released")
