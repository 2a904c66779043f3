"""The toolbar at several widths, in the whole page: what is hidden, and what the menu does."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Server = Any
Run = Callable[..., Any]

SHOWN = """() => [...document.querySelectorAll("#toolbar button")]
    .filter((each) => each.offsetParent).map((each) => each.id)"""


@pytest.fixture(scope="module")
def tab(steady_page: Page, offering_server: Server) -> Page:
    steady_page.goto(offering_server.url)
    return steady_page


def resize(tab: Page, width: int) -> list[str]:
    tab.set_viewport_size({"width": width, "height": 700})
    tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return list(tab.evaluate(SHOWN))


def test_a_wide_window_has_everything_and_no_menu(tab: Page) -> None:
    shown = resize(tab, 1280)
    assert "more" not in shown
    assert {"command-key", "keys", "mute", "pictures", "people", "settings", "power"} <= set(shown)
    expect(tab.locator("#connection-text")).to_be_visible()


@pytest.mark.parametrize("width", [320, 360, 390])
def test_a_narrow_window_has_the_rest_in_the_menu(tab: Page, width: int) -> None:
    shown = resize(tab, width)
    assert {"keys", "mute", "settings", "more"} <= set(shown)
    inside = "(bar) => [...bar.children].every((each) => each.getBoundingClientRect().right <= innerWidth)"
    assert tab.locator("#toolbar").evaluate(inside)
    tab.locator("#more").click()
    tab.locator("#more-panel").get_by_role("button", name="Delay").click()
    expect(tab.locator("#latency-panel")).to_be_visible()
    expect(tab.locator("#more-panel")).to_be_hidden()
    tab.keyboard.press("Escape")


def test_entries_do_what_their_buttons_do_and_show_their_state(tab: Page) -> None:
    resize(tab, 240)
    entry = tab.locator("#more-panel").get_by_role("button", name="Capture the mouse")
    for pressed in ("false", "true"):
        tab.locator("#more").click()
        expect(entry).to_have_attribute("aria-pressed", pressed)
        entry.click()
        expect(tab.locator("#more-panel")).to_be_hidden()


def test_the_menu_closes_when_everything_fits(tab: Page) -> None:
    resize(tab, 320)
    tab.locator("#more").click()
    resize(tab, 1280)
    expect(tab.locator("#more-panel")).to_be_hidden()
