"""The page in each of its languages."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

FakeServer = Any  # see conftest.py
LANGUAGES = ("en", "de", "fr", "ja")
PANELS = ("keys", "type", "people", "settings", "pictures", "power", "latency", "more")

OVERFLOW = """() => {
    const [open] = document.querySelectorAll("[popover]:popover-open");
    const wide = (element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
    const box = open.getBoundingClientRect();
    const faults = [];
    if (wide(document.documentElement)) faults.push("page");
    if (wide(open) || box.left < 0 || box.right > innerWidth + 0.5) faults.push("panel");
    for (const element of open.querySelectorAll("button, label, p, h2, th, td, span, summary")) {
        const { left, right, width } = element.getBoundingClientRect();
        const hidden = element.closest(".visually-hidden");
        if (width > 0 && !hidden && (left < box.left - 0.5 || right > box.right + 0.5)) {
            faults.push(element.id || element.textContent);
        }
    }
    return faults;
}"""


@contextmanager
def opened(browser: Browser, server: FakeServer, language: str, width: int, height: int) -> Iterator[Page]:
    context = browser.new_context(locale=language, viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(server.url)
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator("#settings, #more").locator("visible=true").first.focus()
    expect(page.locator("#key-combinations button")).to_have_count(12)
    yield page
    context.close()


@pytest.mark.parametrize(("width", "height"), [(320, 568), (1366, 657)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_overflows(
    browser: Browser, offering_server: FakeServer, language: str, width: int, height: int
) -> None:
    with opened(browser, offering_server, language, width, height) as page:
        page.evaluate("document.getElementById('owners-part').hidden = false")
        for name in PANELS:
            page.evaluate("(id) => document.getElementById(id).showPopover()", f"{name}-panel")
            assert page.evaluate(OVERFLOW) == [], name
            for tab in ("key-tab", "mac-tab") if name == "settings" else ():
                page.evaluate("(id) => document.getElementById(id).click()", tab)
                assert page.evaluate(OVERFLOW) == [], tab
            page.evaluate("(id) => document.getElementById(id).hidePopover()", f"{name}-panel")


def test_texts_and_attributes_are_translated(browser: Browser, offering_server: FakeServer) -> None:
    with opened(browser, offering_server, "de", 1280, 900) as page:
        expect(page.locator("#settings")).to_have_attribute("aria-label", "Einstellungen")
        expect(page.locator("#picture-tab")).to_have_text("Bild")
        expect(page.locator("#key-combinations button").first).to_contain_text("Fenster schließen")
        expect(page.locator("#language option").nth(1)).to_have_text("English")


def test_the_language_is_chosen_in_the_settings_and_kept(
    browser: Browser, offering_server: FakeServer
) -> None:
    with opened(browser, offering_server, "de", 1280, 900) as page:
        page.locator("#settings").click()
        page.locator("#language").select_option("fr")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        expect(page.locator("#settings")).to_have_attribute("aria-label", "Réglages")
        page.reload()
        expect(page.locator("#settings")).to_have_attribute("aria-label", "Réglages")
        page.locator("#settings").click()
        expect(page.locator("#language")).to_have_value("fr")
        page.locator("#language").select_option("")
        expect(page.locator("html")).to_have_attribute("lang", "de")
