"""The browser's wheel scrolls under the pointer, presses no key, and clicks X's buttons behind the bridge."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser

from support.bridge_process import X_BUTTONS, BridgeProcess, running_bridge
from support.browser_tabs import BrowserError, WebDriverTab
from support.browsers import BROWSERS
from support.guest_memory import GuestMemory, Program
from support.mac_page import MacPage, new_mac_page
from support.mac_tab import MacTab
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser

SIZE = (640, 480)
MIDDLE_OF_PICTURE = """
const { left, top, width, height } = document.getElementById("screen").getBoundingClientRect();
return [Math.round(left + width / 2), Math.round(top + height / 2)];
"""
LINES = "".join(f"{line}\r" for line in range(40))


@pytest.fixture
def notes(mac_page: MacPage, moof: MoofProcess, memory: GuestMemory) -> Iterator[MacPage]:
    """Open Notes with numbered lines, the caret at their end."""
    mac_page.open_program(memory, Program.NOTES)
    mac_page.page.keyboard.press("Alt+KeyA")
    mac_page.page.keyboard.press("Digit0")
    type_lines(moof, memory)
    yield mac_page
    mac_page.close_front_window(memory)


def type_lines(moof: MoofProcess, memory: GuestMemory) -> None:
    """Let the server type the lines, once the browser's key has put the first digit in place of all text.

    The browser's keys would take much longer.
    """
    wait_for_value(lambda: memory.notes, LINES[0], "the first digit alone")
    moof.post("/api/text", {"text": LINES[1:]})
    wait_for_value(lambda: memory.notes, LINES, "the lines")


def text_area(memory: GuestMemory) -> tuple[slice, slice]:
    """Return rows and columns of the front window's contents, without its scroll bar."""
    x, y = memory.pair(memory.FRONT_POSITION)
    width, height = memory.pair(memory.FRONT_SIZE)
    return np.s_[y + 24 : y + height - 20, x + 4 : x + width - 20]


def shown(memory: GuestMemory, area: tuple[slice, slice]) -> NDArray[np.uint8]:
    return memory.framebuffer(*SIZE)[area].copy()


def differs(memory: GuestMemory, area: tuple[slice, slice], picture: NDArray[np.uint8]) -> bool:
    """Return whether more has changed than the caret and the pointer."""
    return int(np.any(shown(memory, area) != picture, axis=2).sum()) > 500


def at_rest(memory: GuestMemory, area: tuple[slice, slice]) -> NDArray[np.uint8]:
    """Return the pixels once they have been the same for ten ticks, but for caret and pointer."""
    while True:
        picture, ticks = shown(memory, area), memory.u32(memory.TICKS)
        wait_until(lambda: memory.u32(memory.TICKS) > ticks + 10, "the guest's time to pass")  # noqa: B023
        if not differs(memory, area, picture):
            return picture


def test_wheel_scrolls_the_text_under_the_pointer_and_moves_no_caret(
    notes: MacPage, memory: GuestMemory
) -> None:
    area, text = text_area(memory), memory.notes
    middle = (area[1].start + area[1].stop) // 2, (area[0].start + area[0].stop) // 2
    notes.move(*middle)
    wait_for_value(lambda: memory.mouse, middle, "the pointer over the text")
    bottom = at_rest(memory, area)
    notes.page.mouse.wheel(0, -120)
    wait_until(lambda: differs(memory, area, bottom), "the text to scroll up")
    notes.page.mouse.wheel(0, 240)
    wait_until(lambda: not differs(memory, area, bottom), "the text to scroll down again")
    notes.page.keyboard.press("x")
    wait_until(lambda: memory.notes != text, "the letter")
    assert memory.notes == text + "x"


def test_wheel_over_monitors_changes_nothing(notes: MacPage, memory: GuestMemory) -> None:
    area = text_area(memory)
    corner = area[1].start + 8, area[0].stop - 8
    notes.open_program(memory, Program.MONITORS)
    x, y = memory.pair(memory.FRONT_POSITION)
    notes.move(x + 60, y + 60)
    wait_for_value(lambda: memory.mouse, (x + 60, y + 60), "the pointer over Monitors")
    notes.page.mouse.wheel(0, -120)
    notes.page.mouse.wheel(0, 240)
    notes.close_front_window(memory)
    notes.move(*corner)
    wait_for_value(lambda: memory.mouse, corner, "the pointer over Notes")
    before = at_rest(memory, area)
    notes.page.mouse.wheel(0, -120)
    wait_until(lambda: differs(memory, area, before), "Notes to scroll, after the turns over Monitors")
    assert notes.mac_size() == SIZE


@pytest.fixture(scope="module", params=("firefox", "webkit"))
def other_browser(request: pytest.FixtureRequest) -> Iterator[WebDriverTab]:
    """Start a browser that WebDriver drives; if it is not installed, the test fails with the package."""
    try:
        with BROWSERS[request.param]() as tab:
            assert isinstance(tab, WebDriverTab)
            yield tab
    except BrowserError as error:
        pytest.fail(str(error), pytrace=False)


def test_wheel_of_other_browsers_scrolls_the_text(
    other_browser: WebDriverTab, moof: MoofProcess, memory: GuestMemory
) -> None:
    mac = MacTab(other_browser, memory)
    mac.connect(moof.url)
    mac.open_program(Program.NOTES)
    mac.press("a", "Alt")
    mac.press("0")
    type_lines(moof, memory)
    area = text_area(memory)
    mac.click(area[1].start + 100, area[0].start + 100)
    bottom = at_rest(memory, area)
    x, y = other_browser.evaluate(MIDDLE_OF_PICTURE)
    scroll = {"type": "scroll", "x": x, "y": y, "deltaX": 0, "deltaY": -150, "duration": 0}
    other_browser.perform({"type": "wheel", "id": "wheel", "actions": [scroll]})
    wait_until(lambda: differs(memory, area, bottom), "the text to scroll up")
    mac.press("w", "Alt")
    wait_for_value(lambda: memory.u32(memory.WINDOWS), 0, "Notes to close")


@pytest.fixture(scope="module")
def x_program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BridgeProcess]:
    """An X program that records its buttons, behind the bridge, for another server than the test."""
    folder = tmp_path_factory.mktemp("x-program")
    program = (sys.executable, str(X_BUTTONS), str(folder / "events"))
    with running_bridge(folder, program=program) as running:
        running.wait_for_size(320, 200)
        running.connection.close()
        yield running


@pytest.fixture(scope="module")
def x_server(x_program: BridgeProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MoofProcess]:
    running = start_moof(Path(tmp_path_factory.mktemp("server")), "--target-pid", str(x_program.process.pid))
    yield running
    stop_moof(running)


def test_wheel_clicks_the_buttons_of_a_program_behind_the_bridge(
    browser: Browser, x_program: BridgeProcess, x_server: MoofProcess
) -> None:
    with new_mac_page(browser) as page:
        page.connect(x_server.url)
        page.move(160, 100)
        page.page.mouse.wheel(0, -60)
        x_program.wait_for_event(button=4, down=False)
        page.page.mouse.wheel(0, 120)
        x_program.wait_for_event(button=5, down=False)
        page.page.mouse.wheel(60, 0)
        x_program.wait_for_event(button=7, down=False)
    assert {event["button"] for event in x_program.events()} == {4, 5, 7}
