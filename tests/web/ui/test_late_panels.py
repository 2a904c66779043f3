"""The panels are loaded after the picture, or when somebody turns to the controls."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from support.waiting import wait_until

FakeServer = Any  # see conftest.py

LATE = ("ui/panels.js", "ui/keys/keys-panel.js", "style/keys.css", "style/mac-keyboard.css")


class Waiting:
    """A page that waits for its server's `hello`, and what it has requested."""

    def __init__(self, page: Page, server: FakeServer) -> None:
        self.page = page
        self.requested: list[str] = []
        page.on("request", lambda request: self.requested.append(request.url.partition("/static/")[2]))
        page.goto(f"{server.url}/modules")
        server.next_viewer()
        page.wait_for_function("() => document.getElementById('connection-text').textContent !== ''")

    def late(self) -> set[str]:
        return {name for name in self.requested if name in LATE}


@pytest.fixture
def waiting(page: Page, server: FakeServer) -> Iterator[Waiting]:
    yield Waiting(page, server)
    page.close()


def test_nothing_of_the_panels_is_loaded_before_the_picture(waiting: Waiting) -> None:
    listed = waiting.page.evaluate(
        "() => [...document.querySelectorAll('link[rel=modulepreload]')].map(({ href }) => href)"
    )
    loaded = waiting.page.evaluate("() => performance.getEntriesByType('resource').map(({ name }) => name)")
    assert waiting.late() == set()
    assert {name for name in loaded if name.endswith(".js")} == set(listed)


def test_a_panel_works_at_its_first_click(waiting: Waiting) -> None:
    waiting.page.locator("#keys").click()
    combinations = waiting.page.locator("#key-combinations button")
    expect(combinations).to_have_count(12)
    expect(combinations.first).to_have_css("white-space", "nowrap")
    assert waiting.late() == set(LATE)


def test_a_panel_opens_with_its_style(waiting: Waiting) -> None:
    """Its place and size would change later, below a finger that is about to press a key."""
    held: list[Route] = []
    waiting.page.route("**/style/mac-keyboard.css", lambda route: held.append(route))
    waiting.page.evaluate("() => document.getElementById('keyboard').click()")
    waiting.page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('ui/panels.js'))"
    )
    assert waiting.page.locator("#mac-keyboard").is_hidden()
    wait_until_routed(waiting.page, held)
    held[0].continue_()
    expect(waiting.page.locator("#mac-keyboard button").first).to_be_visible()
    expect(waiting.page.locator("#mac-keyboard")).to_have_css("position", "fixed")


def test_panels_come_without_a_style_that_cannot_be_loaded(waiting: Waiting) -> None:
    waiting.page.route("**/style/mac-keyboard.css", lambda route: route.abort())
    waiting.page.evaluate("() => document.getElementById('keyboard').click()")
    expect(waiting.page.locator("#mac-keyboard button").first).to_be_visible()


def wait_until_routed(page: Page, held: list[Route]) -> None:
    """Wait for a request that is held back; playwright reports it only while it is asked something."""
    wait_until(lambda: page.evaluate("0") == 0 and held, "the request for the style")


def test_a_click_that_comes_before_its_panel_is_made_again(waiting: Waiting) -> None:
    """A script's click is quicker than any person's."""
    waiting.page.evaluate("""() => {
        document.getElementById("keys-panel").showPopover();
        document.getElementById("type-open").click();
    }""")
    expect(waiting.page.locator("#type-panel")).to_be_visible()
    assert len(waiting.late()) == len(LATE)


def test_an_open_panel_is_told_when_it_is_loaded(waiting: Waiting) -> None:
    """The browser opens panels without their scripts."""
    told = waiting.page.evaluate("""() => {
        const panel = document.getElementById("people-panel");
        panel.showPopover();
        return new Promise((done) => panel.addEventListener("toggle", (opened) => {
            panel.addEventListener("toggle", (event) => done([event.oldState, event.newState]));
            const keys = document.getElementById("keyboard");
            keys.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
        }, { once: true }));
    }""")
    assert told == ["closed", "open"]


def test_what_is_entered_before_its_panel_is_there_stays(waiting: Waiting) -> None:
    """On a slow line a person types before the panel's script is there, which fills in what it knows."""
    held: list[Route] = []
    waiting.page.route("**/ui/panels.js", lambda route: held.append(route))
    waiting.page.evaluate("() => document.getElementById('people-panel').showPopover()")
    name = waiting.page.locator("#my-name")
    name.focus()
    waiting.page.keyboard.type("Zoë")
    wait_until_routed(waiting.page, held)
    held[0].continue_()
    stored = "() => Object.values(localStorage).some((value) => value.includes('Zoë'))"
    waiting.page.wait_for_function(stored)
    expect(name).to_have_value("Zoë")
