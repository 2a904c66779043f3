from typing import Any

import pytest
from playwright.sync_api import Page

SCENE = """async () => {
    const { AutoHide } = await import("/static/ui/autohide.js");
    document.body.innerHTML = `<div id=viewport style="position:fixed;inset:0">
        <div id=screen style="position:absolute;left:200px;top:100px;width:600px;bottom:0"></div></div>
        <button id=toolbar-handle style="position:fixed;left:0;top:0">Handle</button>
        <div id=toolbar style="position:fixed;left:900px;top:0"><button id=control>Control</button></div>`;
    const ids = ["toolbar", "toolbar-handle", "viewport", "screen"];
    window.autoHide = new AutoHide(...ids.map((id) => document.getElementById(id)));
    autoHide.pinned = false;
}"""


@pytest.fixture
def tab(page: Page, server: Any) -> Page:
    """A page whose clock is controlled by the test."""
    page.clock.install()
    page.goto(f"{server.url}/blank")
    page.evaluate(SCENE)
    return page


def is_hidden(page: Page) -> bool:
    return bool(page.evaluate("document.getElementById('toolbar').classList.contains('away')"))


def test_hides_after_a_delay(tab: Page) -> None:
    tab.clock.run_for(4_000)
    assert not is_hidden(tab)
    tab.clock.run_for(2_000)
    assert is_hidden(tab)


def test_stays_while_pinned(tab: Page) -> None:
    tab.evaluate("() => { autoHide.pinned = true; }")
    tab.clock.run_for(60_000)
    assert not is_hidden(tab)


def test_stays_while_used(tab: Page) -> None:
    tab.mouse.move(910, 10)
    tab.clock.run_for(60_000)
    assert not is_hidden(tab)
    tab.mouse.move(910, 400)
    tab.evaluate("document.getElementById('control').focus()")
    tab.clock.run_for(60_000)
    assert not is_hidden(tab)
    tab.evaluate("document.getElementById('control').blur()")
    tab.clock.run_for(10_000)
    assert is_hidden(tab)


def test_shown_at_once_below_the_picture(tab: Page) -> None:
    tab.evaluate("autoHide.hide()")
    tab.mouse.move(100, 400)
    assert is_hidden(tab)
    tab.mouse.move(100, 850)
    assert not is_hidden(tab)


def test_over_the_picture_shown_after_a_delay_at_the_edge(tab: Page) -> None:
    tab.evaluate("autoHide.hide()")
    tab.mouse.move(400, 850)
    tab.clock.run_for(1_000)
    assert is_hidden(tab)
    tab.mouse.move(400, 899)
    tab.mouse.move(400, 800)
    tab.clock.run_for(1_000)
    assert is_hidden(tab)
    tab.mouse.move(400, 899)
    tab.clock.run_for(1_000)
    assert not is_hidden(tab)


def test_handle_shows_and_hides(tab: Page) -> None:
    tab.evaluate("autoHide.hide()")
    for away in (False, True, False):
        tab.evaluate("document.getElementById('toolbar-handle').click()")
        assert is_hidden(tab) is away
