from typing import Any

import pytest
from playwright.sync_api import Page

SCENE = """async () => {
    const { AutoHide } = await import("/static/ui/autohide.js");
    document.body.innerHTML = `<div id=desk style="position:fixed;inset:0">
        <div id=screen style="position:absolute;left:200px;top:100px;width:600px;bottom:0"></div></div>
        <button id=handle style="position:fixed;left:0;top:0">Handle</button>
        <div id=bar style="position:fixed;left:900px;top:0"><button id=control>Control</button></div>`;
    const elements = ["bar", "handle", "desk", "screen"].map((id) => document.getElementById(id));
    window.hider = new AutoHide(...elements);
    hider.pinned = false;
}"""


@pytest.fixture
def desk(page: Page, server: Any) -> Page:
    """A page whose time only goes on when told."""
    page.clock.install()
    page.goto(f"{server.url}/blank")
    page.evaluate(SCENE)
    return page


def is_away(page: Page) -> bool:
    return bool(page.evaluate("document.getElementById('bar').classList.contains('away')"))


def test_it_is_seen_first_and_then_goes(desk: Page) -> None:
    desk.clock.run_for(4_000)
    assert not is_away(desk)
    desk.clock.run_for(2_000)
    assert is_away(desk)


def test_it_stays_while_there_is_no_picture(desk: Page) -> None:
    desk.evaluate("() => { hider.pinned = true; }")
    desk.clock.run_for(60_000)
    assert not is_away(desk)


def test_it_stays_while_it_is_used(desk: Page) -> None:
    desk.mouse.move(910, 10)
    desk.clock.run_for(60_000)
    assert not is_away(desk)
    desk.mouse.move(910, 400)
    desk.evaluate("document.getElementById('control').focus()")
    desk.clock.run_for(60_000)
    assert not is_away(desk)
    desk.evaluate("document.getElementById('control').blur()")
    desk.clock.run_for(10_000)
    assert is_away(desk)


def test_below_the_picture_it_comes_at_once(desk: Page) -> None:
    desk.evaluate("hider.hide()")
    desk.mouse.move(100, 400)
    assert is_away(desk)
    desk.mouse.move(100, 850)
    assert not is_away(desk)


def test_over_the_picture_only_for_who_waits_at_the_edge(desk: Page) -> None:
    desk.evaluate("hider.hide()")
    desk.mouse.move(400, 850)
    desk.clock.run_for(1_000)
    assert is_away(desk)
    desk.mouse.move(400, 899)
    desk.mouse.move(400, 800)
    desk.clock.run_for(1_000)
    assert is_away(desk)
    desk.mouse.move(400, 899)
    desk.clock.run_for(1_000)
    assert not is_away(desk)


def test_the_handle_fetches_and_sends_it_away(desk: Page) -> None:
    desk.evaluate("hider.hide()")
    for away in (False, True, False):
        desk.evaluate("document.getElementById('handle').click()")
        assert is_away(desk) is away
