from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

SCENE = """async () => {
    const { EmulatorLogView } = await import("/static/ui/emulator-log.js");
    document.body.innerHTML =
        "<details id=notice-log hidden><summary>Log</summary><pre id=notice-log-lines></pre></details>";
    window.view = new EmulatorLogView("notice-log");
    view.setAvailable(true);
}"""


@pytest.fixture
def tab(page: Page, server: Any) -> Iterator[Page]:
    page.goto(f"{server.url}/blank")
    page.evaluate(SCENE)
    yield page
    page.unroute_all()


@pytest.mark.parametrize(("lines", "text"), [(["one", "two"], "one\ntwo"), ([], "No output.")], ids=str)
def test_output_is_loaded_when_the_log_is_opened(tab: Page, lines: list[str], text: str) -> None:
    tab.route("**/api/output", lambda route: route.fulfill(json={"lines": lines}))
    tab.locator("summary").click()
    expect(tab.locator("#notice-log-lines")).to_have_text(text)


def test_failure_is_shown(tab: Page) -> None:
    tab.route("**/api/output", lambda route: route.fulfill(status=500, body=""))
    tab.locator("summary").click()
    expect(tab.locator("#notice-log-lines")).to_contain_text("The log cannot be loaded: ")


def test_log_that_becomes_available_is_closed(tab: Page) -> None:
    tab.route("**/api/output", lambda route: route.fulfill(json={"lines": []}))
    tab.locator("summary").click()
    tab.evaluate("() => { view.setAvailable(true); }")
    assert tab.locator("#notice-log").evaluate("(details) => details.open") is True
    tab.evaluate("() => { view.setAvailable(false); }")
    expect(tab.locator("#notice-log")).to_be_hidden()
    tab.evaluate("() => { view.setAvailable(true); }")
    assert tab.locator("#notice-log").evaluate("(details) => details.open") is False
