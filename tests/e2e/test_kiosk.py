"""A kiosk as visitors meet it: three browsers at once, the attract screen, and the state that comes back."""

from __future__ import annotations

import sys
import urllib.error
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from support.browser_tabs import BrowserError, BrowserTab
from support.browsers import firefox_and_webkit
from support.guest_memory import GuestMemory
from support.mac_page import VIEWPORT, MacPage, new_mac_page
from support.mac_tab import MacTab
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.waiting import wait_until

TEXT = "Welcome"
CLOCK = Path(__file__).parents[1] / "support" / "kiosk_clock.py"


@dataclass
class Museum:
    """A kiosk's server, and its clock."""

    moof: MoofProcess
    clock: Path

    def pass_minutes(self, minutes: float) -> None:
        """Move the kiosk's clock."""
        self.clock.write_text(str(60 * minutes))


def save_state(folder: Path, browser: Browser) -> None:
    """Save the state "Museum", in which Notes has a text."""
    moof = start_moof(folder, "--size", "640x480", "--states", str(folder / "states"))
    try:
        memory = moof.memory()
        with new_mac_page(browser) as page:
            page.connect(moof.url)
            page.open_empty_document(memory)
            page.page.keyboard.type(TEXT)
            wait_until(lambda: memory.notes == TEXT, "the text in Notes")
        assert moof.post("/api/states", {"action": "save", "name": "Museum"}) == 204
    finally:
        stop_moof(moof)


@pytest.fixture(scope="module")
def other_tabs() -> Iterator[Callable[[], tuple[BrowserTab, BrowserTab]]]:
    """Start Firefox and WebKit, while the state is saved and the kiosk starts."""
    with firefox_and_webkit() as tabs:
        yield tabs


@pytest.fixture(scope="module")
def museum(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser, other_tabs: object
) -> Iterator[Museum]:
    """Run a kiosk that goes back after ten minutes."""
    folder = tmp_path_factory.mktemp("kiosk")
    save_state(folder, browser)
    clock = folder / "clock"
    clock.write_text("0")
    options = (
        "--size",
        "640x480",
        "--states",
        str(folder / "states"),
        "--kiosk",
        "Museum",
        "--kiosk-minutes",
        "10",
    )
    moof = start_moof(folder, *options, wrapper=[sys.executable, str(CLOCK), str(clock)])
    yield Museum(moof, clock)
    stop_moof(moof)


@pytest.fixture
def memory(museum: Museum) -> GuestMemory:
    return museum.moof.memory()


def wait_for_attract(tabs: list[MacTab], *, shown: bool) -> None:
    """Wait until all pages show the attract screen, or none does."""
    script = "return document.getElementById('attract')?.hidden === false"
    wait_until(lambda: all(tab.tab.evaluate(script) is shown for tab in tabs), f"attract screens: {shown}")


def test_three_browsers_share_a_kiosk_that_comes_back(
    browser: Browser,
    museum: Museum,
    memory: GuestMemory,
    other_tabs: Callable[[], tuple[BrowserTab, BrowserTab]],
) -> None:
    try:
        others = [MacTab(tab, memory) for tab in other_tabs()]
    except BrowserError as error:
        pytest.fail(str(error), pytrace=False)
    with new_mac_page(browser) as page:
        page.connect(museum.moof.url)
        attract = page.page.locator("#attract")
        expect(attract).to_have_text("Touch the screen or press a key")
        wait_until(lambda: memory.notes == TEXT, "the state")
        for other in others:
            other.connect(museum.moof.url)
        wait_for_attract(others, shown=True)

        # A key begins, in all pages, and is not typed. Then the Mac is everybody's.
        page.page.keyboard.press("x")
        expect(attract).to_be_hidden()
        wait_for_attract(others, shown=False)
        page.page.keyboard.type(" you")
        wait_until(lambda: memory.notes == f"{TEXT} you", "the typed text")
        others[0].press("o")
        wait_until(lambda: memory.notes == f"{TEXT} youo", "the key of the second browser")

        # Nobody uses it: the text is gone, and each page invites again.
        museum.pass_minutes(10)
        expect(attract).to_be_visible()
        wait_until(lambda: memory.notes == TEXT, "the state that came back")
        wait_for_attract(others, shown=True)
        museum.pass_minutes(0)

        # A click in another browser begins, and is not the Mac's.
        others[1].click(320, 240)
        expect(attract).to_be_hidden()
        page.page.keyboard.type("!")
        wait_until(lambda: memory.notes == f"{TEXT}!", "the text of the state with a sign more")
    for other in others:
        other.tab.open("about:blank")
    museum.pass_minutes(10)
    wait_until(lambda: memory.notes == TEXT, "the state for the next test")
    museum.pass_minutes(0)


def test_a_touch_begins(browser: Browser, museum: Museum, memory: GuestMemory) -> None:
    context = browser.new_context(viewport={"width": 820, "height": 1180}, has_touch=True)
    page = MacPage(context.new_page())
    page.connect(museum.moof.url)
    expect(page.page.locator("#attract")).to_be_visible()
    page.page.touchscreen.tap(410, 590)
    expect(page.page.locator("#attract")).to_be_hidden()
    page.page.keyboard.type("?")
    wait_until(lambda: memory.notes == f"{TEXT}?", "a sign behind the text")
    context.close()
    museum.pass_minutes(10)
    wait_until(lambda: memory.notes == TEXT, "the state for the next test")
    museum.pass_minutes(0)


def test_visitors_have_no_controls_and_no_owners_rights(browser: Browser, museum: Museum) -> None:
    moof = museum.moof
    with new_mac_page(browser) as page:
        page.connect(moof.url)
        page.page.locator("#attract").click()
        for keys in ("Control+Alt+m", "Escape", "F10"):
            page.page.keyboard.press(keys)
        for control in ("#toolbar", "#toolbar-handle", "#settings", "#welcome", "#hint", "#people-panel"):
            expect(page.page.locator(control)).to_be_hidden()
        assert page.page.request.get(f"{moof.url}/api/me").json()["permissions"] == ["watch", "play"]
    for path, body in (("/api/reset", {}), ("/api/states", {"action": "back"}), ("/api/tokens", {})):
        with pytest.raises(urllib.error.HTTPError) as refused:
            moof.post(path, body)
        assert refused.value.code == 403
        refused.value.close()


def test_the_owner_has_the_whole_page(browser: Browser, museum: Museum) -> None:
    context = browser.new_context(viewport=VIEWPORT)
    page = MacPage(context.new_page())
    page.connect(museum.moof.owner_url)
    expect(page.page.locator("#toolbar")).to_be_visible()
    page.page.locator("#people").click()
    expect(page.page.locator("#me-role")).to_contain_text("Owner")
    expect(page.page.locator("#attract")).to_have_count(0)
    me: dict[str, Any] = page.page.request.get(f"{museum.moof.url}/api/me").json()
    assert me["role"] == "owner"
    context.close()
