"""The controls by the keyboard alone: the focus goes everywhere, is seen, and changes no setting."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, ViewportSize

from support import page_states
from support.browser_tabs import BrowserTab, ChromiumTab
from support.browsers import firefox_tab
from support.moof_process import MoofProcess
from support.waiting import wait_until

pytestmark = pytest.mark.browser

SIZE: Final = (1366, 657)
MAX_STOPS: Final = 80
REDUCED_MOTION: Final = {"ui.prefersReducedMotion": 1}

FOCUSED: Final = """
    const element = document.activeElement;
    const isSeen = (each) => each && getComputedStyle(each).outlineStyle !== "none";
    const whole = element.closest("label") ?? element;
    const { x, y, width, height } = whole.getBoundingClientRect();
    const above = document.elementFromPoint(x + Math.min(width / 2, 12), y + Math.min(height / 2, 12));
    return {
        name: element.id || element.textContent,
        panel: element.closest(".panel")?.id ?? "",
        seen: isSeen(element) || isSeen(element.nextElementSibling),
        free: above !== null && whole.contains(above),
    };
"""
TOOLBAR: Final = """
    const buttons = [...document.querySelectorAll("#toolbar button")];
    return buttons.filter(({ offsetParent }) => offsetParent !== null).map(({ id }) => id);
"""
SETTINGS: Final = """
    const inputs = [...document.querySelectorAll("select, input")];
    const values = inputs.map(({ value, checked }) => [value, checked]);
    const pressed = [...document.querySelectorAll("[aria-pressed]")].map((each) => each.ariaPressed);
    return JSON.stringify([values, pressed, Object.entries(localStorage).sort()]);
"""
ADD_LAST_STOP: Final = """
    const last = document.body.appendChild(document.createElement("button"));
    last.id = "last-stop";
    Object.assign(last.style, { position: "fixed", opacity: 0, pointerEvents: "none" });
"""
"""Adds a button after everything else, so that Tab stays in the page and does not go to the browser."""
LISTS: Final = {"people": ("api/me", "api/sessions", "api/tokens")}
"""What a panel requests when it opens: what it shows of the answers moves the controls below."""
ANSWERED: Final = """
    const answered = performance.getEntriesByType("resource").map(({ name }) => name);
    return LISTS.every((list) => answered.some((name) => name.endsWith(list)));
"""
IN_TOOLBAR: Final = "return document.activeElement.closest('#toolbar') !== null;"
ON_SCREEN: Final = "return document.getElementById('screen').contains(document.activeElement);"


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def tab(request: pytest.FixtureRequest, browser: Browser, moof: MoofProcess) -> Iterator[BrowserTab]:
    """Open the page in each browser, and wait for a picture and for the panels."""
    if request.param == "firefox":
        with firefox_tab(REDUCED_MOTION, SIZE) as firefox:
            yield opened(firefox, moof)
        return
    viewport = ViewportSize(width=SIZE[0], height=SIZE[1])
    context = browser.new_context(viewport=viewport, reduced_motion="reduce")
    yield opened(ChromiumTab(context.new_page()), moof)
    context.close()


def opened(tab: BrowserTab, moof: MoofProcess) -> BrowserTab:
    """Open the page and wait for its parts."""
    tab.open(moof.url)
    wait_until(lambda: tab.evaluate(page_states.HAS_PICTURE), "a picture in the page")
    page_states.PICTURE.enter(tab)
    tab.evaluate(ADD_LAST_STOP)
    return tab


def press(tab: BrowserTab, *keys: str) -> None:
    """Press keys together and release them."""
    for key in keys:
        tab.key_down(key)
    for key in reversed(keys):
        tab.key_up(key)


def focus_toolbar(tab: BrowserTab) -> None:
    """Move the focus to the toolbar's first button."""
    press(tab, "Control", "Alt", "m")
    wait_until(lambda: tab.evaluate(IN_TOOLBAR), "the focus in the toolbar")
    press(tab, "Home")


def back_to_the_mac(tab: BrowserTab) -> None:
    """Leave panel and toolbar."""
    while not tab.evaluate(ON_SCREEN):
        press(tab, "Escape")


def test_arrows_move_along_the_toolbar_and_change_nothing(tab: BrowserTab) -> None:
    focus_toolbar(tab)
    before, buttons = tab.evaluate(SETTINGS), tab.evaluate(TOOLBAR)
    stops = []
    for _ in buttons:
        stops.append(tab.evaluate(FOCUSED))
        press(tab, "ArrowRight")
    assert [stop["name"] for stop in stops] == buttons
    assert [stop["name"] for stop in stops if not (stop["seen"] and stop["free"])] == []
    press(tab, "ArrowLeft")
    press(tab, "ArrowUp")
    press(tab, "ArrowDown")
    assert tab.evaluate(FOCUSED)["name"] == buttons[-2]
    assert tab.evaluate(SETTINGS) == before
    back_to_the_mac(tab)


@pytest.mark.parametrize("name", ["keys", "latency", "pictures", "people", "settings", "power"])
def test_tab_reaches_what_a_panel_has_and_escape_leaves_it(tab: BrowserTab, name: str) -> None:
    focus_toolbar(tab)
    for _ in range(tab.evaluate(TOOLBAR).index(name)):
        press(tab, "ArrowRight")
    before = tab.evaluate(SETTINGS)
    tab.evaluate("performance.clearResourceTimings();")
    press(tab, "Enter")
    is_open = f"return document.getElementById('{name}-panel').matches(':popover-open');"
    wait_until(lambda: tab.evaluate(is_open), f"the panel {name}")
    answered = ANSWERED.replace("LISTS", json.dumps(LISTS.get(name, ())))
    wait_until(lambda: tab.evaluate(answered), f"the lists of the panel {name}")
    page_states.PageState.settle(tab)
    stops = []
    for _ in range(MAX_STOPS):
        press(tab, "Tab")
        stop = tab.evaluate(FOCUSED)
        if stop["panel"] != f"{name}-panel":
            break
        stops.append(stop)
    assert tab.evaluate("return document.hasFocus();")
    assert stops, "Tab reaches nothing in the panel"
    assert [stop["name"] for stop in stops if not (stop["seen"] and stop["free"])] == []
    assert tab.evaluate(SETTINGS) == before
    tab.evaluate(f"document.getElementById('{name}').focus();")
    press(tab, "Escape")
    assert not tab.evaluate(is_open)
    back_to_the_mac(tab)
