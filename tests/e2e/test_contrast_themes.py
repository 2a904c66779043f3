"""Forced colours (Windows' contrast themes) and reduced motion, in the pixels of real browsers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final, Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser

from support import page_states
from support.browser_tabs import ChromiumTab, FirefoxTab, PictureTab
from support.browsers import firefox_tab
from support.moof_process import MoofProcess
from support.page_states import PageState
from support.waiting import wait_until

pytestmark = pytest.mark.browser

THEMES: Final[tuple[Literal["dark", "light"], ...]] = ("dark", "light")
FIREFOX: Final = {
    "browser.display.document_color_use": 2,
    "ui.highlight": "#0050a0",  # without a desktop it is a light grey
    "ui.highlighttext": "#ffffff",
    "ui.prefersReducedMotion": 1,
}
SIZE: Final = (1366, 657)
SCREEN_FOCUSED: Final = """
    document.documentElement.classList.add("no-picture"); // that changes by itself
    document.getElementById("toolbar-handle").focus();
    document.getElementById("screen").classList.add("focus-visible");
"""
NOTICE: Final = """
    document.getElementById("notice").hidden = false;
    document.getElementById("notice-title").textContent = "The Mac is off";
"""
NOTHING_MOVES: Final = """
    const shown = ["notice", "recording", "welcome", "hint"].map((name) => document.getElementById(name));
    document.getElementById("mute").dataset.state = "blocked";
    document.getElementById("notice").dataset.kind = "busy";
    for (const element of shown) element.hidden = false;
    document.getElementById("toolbar").classList.add("away");
    await new Promise((then) => requestAnimationFrame(then));
    const isLong = ({ effect }) => !(effect.getComputedTiming().activeDuration < 17);
    const moving = document.getAnimations().filter(isLong);
    for (const element of shown) element.hidden = true;
    return moving.map(({ animationName, transitionProperty }) => animationName ?? transitionProperty);
"""
CONTRAST: Final = 3.0
"""WCAG 2.2, 1.4.11: of what tells a control and its state from what is beside it."""


@pytest.fixture(scope="module", params=[*THEMES, "firefox"])
def tab(request: pytest.FixtureRequest, browser: Browser, moof: MoofProcess) -> Iterator[PictureTab]:
    """Open the page in a browser that forces the colours of a theme."""
    if request.param == "firefox":
        with firefox_tab(FIREFOX) as tab:
            assert isinstance(tab, FirefoxTab)
            tab.set_viewport(*SIZE)
            yield opened(tab, moof)
        return
    context = browser.new_context(
        viewport={"width": SIZE[0], "height": SIZE[1]},
        forced_colors="active",
        color_scheme=request.param,
        reduced_motion="reduce",
    )
    yield opened(ChromiumTab(context.new_page()), moof)
    context.close()


def opened(tab: PictureTab, moof: MoofProcess) -> PictureTab:
    """Open the page and wait for the first frame."""
    tab.open(moof.url)
    wait_until(lambda: tab.evaluate(page_states.HAS_PICTURE), "a picture in the page")
    assert tab.evaluate("return matchMedia('(forced-colors: active) and (prefers-reduced-motion)').matches")
    return tab


def box(tab: PictureTab, selector: str, margin: int = 2) -> tuple[int, int, int, int]:
    """Return the edges of an element and `margin` CSS pixels around it: left, top, right, bottom."""
    left, top, width, height = tab.evaluate(
        f"const {{ x, y, width, height }} = document.querySelector({selector!r}).getBoundingClientRect();"
        "return [x, y, width, height];"
    )
    assert min(width, height) > 0, selector
    edges = (left - margin, top - margin, left + width + margin, top + height + margin)
    return round(edges[0]), round(edges[1]), round(edges[2]), round(edges[3])


def pixels(tab: PictureTab, edges: tuple[int, int, int, int]) -> NDArray[np.float64]:
    """Return the relative luminance (WCAG 2.2) of a part of the viewport."""
    image = Image.open(io.BytesIO(tab.picture())).convert("RGB").crop(edges)
    parts = np.asarray(image, np.float64) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ (0.2126, 0.7152, 0.0722))


def contrast(luminance: NDArray[np.float64]) -> float:
    """Return the contrast of the lightest to the darkest pixel."""
    return float((luminance.max() + 0.05) / (luminance.min() + 0.05))


def enter(tab: PictureTab, name: str) -> None:
    """Bring the page into one of its states."""
    next(state for state in page_states.STATES if state.name == name).enter(tab)


def do(tab: PictureTab, steps: str) -> None:
    """Change the page as it is."""
    PageState.settle(tab, steps)


def test_what_a_background_or_a_shadow_shows_is_visible(tab: PictureTab) -> None:
    def look(selector: str, margin: int = 2, columns: int | None = None) -> None:
        edges = None
        while edges != (edges := box(tab, selector, margin)):  # the toolbar becomes wider
            luminance = pixels(tab, edges)
        seen[selector] = contrast(luminance[:, :columns])

    seen: dict[str, float] = {}
    enter(tab, "toolbar")
    for selector in ("#connection .dot", "#toolbar .rule"):
        look(selector)
    look("#volume", -4)
    do(tab, NOTICE)
    look("#notice-title")
    do(tab, "document.getElementById('notice').hidden = true;")
    enter(tab, "settings-picture")
    look("#settings-panel")
    enter(tab, "picture")
    look("#toolbar-handle")
    enter(tab, "keyboard")
    look("#mac-keyboard button > span", 1, 5)
    assert {name: round(value, 2) for name, value in seen.items() if value < CONTRAST} == {}


@pytest.mark.parametrize(
    ("state", "selector", "change"),
    [
        ("toolbar", "#connection .dot", "document.getElementById('connection').dataset.state = 'bad';"),
        ("toolbar", "#connection .dot", "document.getElementById('connection').dataset.state = 'busy';"),
        (
            "toolbar",
            "#mouse-mode",
            "document.getElementById('mouse-mode').setAttribute('aria-pressed', 'true');",
        ),
        (
            "keys",
            "#key-modifiers button",
            "document.querySelector('#key-modifiers button').dataset.state = 'latched';",
        ),
        (
            "keys",
            "#key-modifiers button",
            "document.querySelector('#key-modifiers button').dataset.state = 'locked';",
        ),
        (
            "keyboard",
            "#mac-keyboard button",
            "document.querySelector('#mac-keyboard button').classList.add('down');",
        ),
        (
            "keyboard",
            "#mac-keyboard button",
            "document.querySelector('#mac-keyboard button').dataset.state = 'latched';",
        ),
        ("picture", "#screen", "document.getElementById('screen').classList.remove('focus-visible');"),
    ],
)
def test_a_state_is_not_a_colour_alone(tab: PictureTab, state: str, selector: str, change: str) -> None:
    """The pixels that tell it differ as much as those of a control from what is beside it."""
    enter(tab, state)
    if state == "picture":
        do(tab, SCREEN_FOCUSED)
    place = box(tab, selector, 8)
    before = pixels(tab, place)
    do(tab, change)
    after = pixels(tab, place)
    ratio = (np.maximum(before, after) + 0.05) / (np.minimum(before, after) + 0.05)
    assert np.count_nonzero(ratio >= CONTRAST) >= 8
    tab.evaluate("document.documentElement.classList.remove('no-picture');")


def test_nothing_moves(tab: PictureTab) -> None:
    """Neither for longer than a frame nor again and again."""
    enter(tab, "toolbar")
    assert tab.evaluate(NOTHING_MOVES) == []
