from typing import Any

import pytest
from playwright.sync_api import Page

SCENE = """async () => {
    const { focusByArrows, focusAlongToolbar, focusToolbar } = await import("/static/ui/arrow-keys.js");
    document.body.innerHTML = `<button id=before></button>
        <div id=grid>${[0, 1, 2, 3, 4].map((n) => `<button id=g${n}>${n}</button>`).join("")}</div>
        <div id=toolbar><button id=first></button><button id=codec></button>
        <button hidden></button><input id=volume type=range value=50><button id=last></button></div>`;
    focusByArrows(document.getElementById("grid"), 2);
    focusAlongToolbar(document.getElementById("toolbar"));
    window.enter = () => focusToolbar(document.getElementById("toolbar"));
}"""


@pytest.fixture
def tab(page: Page, server: Any) -> Page:
    page.goto(f"{server.url}/blank")
    page.evaluate(SCENE)
    return page


def press(page: Page, start: str, *keys: str) -> str:
    """Press keys, beginning at an element, and return the id of the one that has the focus then."""
    page.locator(f"#{start}").focus()
    for key in keys:
        page.keyboard.press(key)
    return str(page.evaluate("document.activeElement.id"))


@pytest.mark.parametrize(
    ("start", "key", "end"),
    [
        ("g0", "ArrowRight", "g1"),
        ("g0", "ArrowDown", "g2"),
        ("g3", "ArrowUp", "g1"),
        ("g1", "ArrowLeft", "g0"),
        ("g0", "ArrowLeft", "g0"),
        ("g3", "ArrowDown", "g3"),
        ("g0", "Control+ArrowRight", "g0"),
    ],
)
def test_arrows_move_in_a_grid(tab: Page, start: str, key: str, end: str) -> None:
    assert press(tab, start, key) == end


def test_a_grid_is_one_stop_of_tab(tab: Page) -> None:
    assert press(tab, "before", "Tab", "ArrowRight", "Tab") == "first"
    assert press(tab, "first", "Shift+Tab") == "g1"


def test_arrows_move_along_a_toolbar(tab: Page) -> None:
    assert press(tab, "first", "ArrowRight") == "codec"
    assert press(tab, "codec", "ArrowRight") == "last"  # not what is hidden, nor the slider
    assert press(tab, "last", "ArrowRight") == "last"
    assert press(tab, "last", "ArrowLeft", "ArrowLeft") == "first"
    assert press(tab, "codec", "End") == "last"
    assert press(tab, "codec", "Home") == "first"


def test_a_toolbar_is_one_stop_of_tab_and_remembers_where_it_was(tab: Page) -> None:
    assert press(tab, "first", "ArrowRight", "Tab") == "volume"
    assert press(tab, "before", "Tab", "Tab") == "codec"
    tab.evaluate("document.activeElement.blur(); enter()")
    assert tab.evaluate("document.activeElement.id") == "codec"


def test_a_slider_keeps_its_arrows(tab: Page) -> None:
    assert press(tab, "volume", "ArrowRight") == "volume"
    assert tab.locator("#volume").input_value() == "51"
