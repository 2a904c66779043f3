"""Touches on a telephone and a tablet, to guest memory: taps in a zoomed picture, the screen's keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from support.guest_memory import GuestMemory, Program
from support.mac_page import MacPage
from support.moof_process import MoofProcess
from support.pointing_devices import TouchScreen
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser

NOTES_ICON = (595, 50)


@pytest.fixture(params=[(390, 844), (844, 390), (820, 1180)], ids=["portrait", "landscape", "tablet"])
def touch_page(request: pytest.FixtureRequest, browser: Browser, moof: MoofProcess) -> Iterator[MacPage]:
    """Open the page on a touch screen of that size."""
    width, height = request.param
    context = browser.new_context(
        viewport=ViewportSize(width=width, height=height),
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
    )
    page = MacPage(context.new_page())
    page.connect(moof.url)
    yield page
    context.close()


def tap(fingers: TouchScreen, page: MacPage, mac_pixel: tuple[int, int]) -> None:
    fingers.touch(page.css_position(*mac_pixel))
    fingers.touch()


def test_a_tap_in_a_zoomed_picture_is_exact(touch_page: MacPage, memory: GuestMemory) -> None:
    fingers = TouchScreen(touch_page.page)
    x, y = touch_page.css_position(500, 200)
    fingers.touch((x - 10, y), (x + 10, y))
    for half in (40, 70, 100):
        fingers.touch((x - half, y), (x + half, y))
    fingers.touch()
    touch_page.page.locator("#zoom").wait_for(state="visible")
    for target in ((500, 200), (470, 180)):
        tap(fingers, touch_page, target)
        wait_for_value(lambda: memory.mouse, target, f"the pointer at {target}")
    touch_page.page.locator("#zoom").click()
    touch_page.page.locator("#zoom").wait_for(state="hidden")
    fingers.close()


def place_of_key(page: Page, label: str) -> tuple[float, float]:
    """Wait until nothing covers a key's middle, and return it in CSS pixels."""
    key = page.wait_for_function(
        """(label) => {
            const keys = [...document.querySelectorAll("#mac-keyboard button")];
            const key = keys.find((key) => (key.ariaLabel ?? key.textContent) === label);
            const { x, y, width, height } = key?.getBoundingClientRect() ?? new DOMRect();
            const middle = [x + width / 2, y + height / 2];
            return key?.contains(document.elementFromPoint(...middle)) && middle;
        }""",
        arg=label,
    ).json_value()
    return float(key[0]), float(key[1])


def test_the_keyboard_on_the_screen_types_in_the_mac(touch_page: MacPage, memory: GuestMemory) -> None:
    page = touch_page.page
    fingers = TouchScreen(page)

    def press(label: str) -> None:
        fingers.touch(place_of_key(page, label))
        fingers.touch()

    with memory.slow_double_clicks():
        for _ in range(2):
            tap(fingers, touch_page, NOTES_ICON)
        wait_for_value(lambda: memory.u32(memory.FRONT_APPLICATION), Program.NOTES, "Notes in front")
    page.evaluate("document.getElementById('keyboard').click()")
    expect(page.locator("#mac-keyboard button").first).to_be_visible()
    for label in ("command", "A", "delete", "shift", "M", "O", "O", "F"):
        press(label)
    wait_for_value(lambda: memory.notes, "Moof", "the text in guest memory")
    windows = memory.u32(memory.WINDOWS)
    for label in ("command", "W"):
        press(label)
    wait_until(lambda: memory.u32(memory.WINDOWS) < windows, "the window to close")
    fingers.close()
