"""The page's states and panels, examined by axe-core for WCAG 2.2 AA, and used by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from support.first_visit import first_visit
from support.mac_page import MacPage
from support.moof_process import MoofProcess

pytestmark = pytest.mark.browser

AXE: Final = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
PANELS: Final = ("keys", "latency", "more", "people", "pictures", "power", "settings", "type")
TABS: Final = ("picture-tab", "key-tab", "mac-tab")
SIZES: Final = ((1366, 657), (320, 568))

FINDINGS: Final = """async () => {
    await Promise.all(document.getAnimations().map((each) => each.finished.catch(() => {})));
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await axe.run(document, { runOnly: tags });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
        `${id} ${target.join(" ")}: ${failureSummary.split("\\n").slice(1).join(" ").trim()}`));
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, moof: MoofProcess) -> Iterator[Page]:
    """Open the page at a first visit, with axe in it."""
    with first_visit(browser, reduced_motion="reduce") as context:
        tab = MacPage(context.new_page())
        tab.connect(moof.url)
        tab.page.evaluate(AXE.read_text("utf-8"))
        tab.page.evaluate("() => document.getElementById('toolbar').classList.remove('away')")
        yield tab.page


def findings(page: Page) -> list[str]:
    """Return what axe finds, one line for each element."""
    return list(page.evaluate(FINDINGS))


def test_axe_finds_nothing(page: Page) -> None:
    expect(page.locator("#welcome")).to_be_visible()
    found = {"welcome": findings(page)}
    page.locator("#welcome-close").click()
    for width, height in SIZES:
        page.set_viewport_size(ViewportSize(width=width, height=height))
        page.keyboard.press("Control+Alt+m")
        found[f"toolbar {width}"] = findings(page)
        for name in PANELS:
            page.evaluate("(name) => document.getElementById(`${name}-panel`).showPopover()", name)
            for tab in TABS if name == "settings" else ("",):
                if tab:
                    page.locator(f"#{tab}").click()
                found[f"{name} {tab} {width}"] = findings(page)
            page.evaluate("(name) => document.getElementById(`${name}-panel`).hidePopover()", name)
    report = {line: state for state, lines in found.items() for line in lines}
    assert report == {}, "\n".join(f"{state}: {line}" for line, state in report.items())


def test_the_settings_are_used_by_the_keyboard_alone(page: Page) -> None:
    page.set_viewport_size(ViewportSize(width=1366, height=657))
    page.keyboard.press("Control+Alt+m")
    page.locator("#picture-tab").dispatch_event("click")
    page.locator("#settings").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#settings-panel")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#picture-tab")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#key-settings")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#scale-choices :checked")).to_have_value("fit")
    page.keyboard.press("Escape")
    expect(page.locator("#settings-panel")).to_be_hidden()
    assert page.evaluate("document.getElementById('screen').contains(document.activeElement)")


def test_the_focus_ring_is_for_keyboards(page: Page) -> None:
    ring = "() => getComputedStyle(document.activeElement).outlineStyle"
    page.keyboard.press("Control+Alt+m")
    assert page.evaluate(ring) == "solid"
    page.keyboard.press("Escape")
    page.mouse.move(683, 640)
    page.locator("#settings").click()
    assert page.evaluate(ring) != "solid"
    page.keyboard.press("Escape")
