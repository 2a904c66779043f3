"""A Mac by a link: the same screen in a second browser, and the first Mac unaffected."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from support.mac_page import MacPage, new_mac_page, show_toolbar, shown_pixels
from support.moof_process import start_moof, stop_moof
from support.waiting import wait_until

MOST_DIFFERENT = 2_000
"""Pixels: the clock in the menu bar and the caret are never the same."""


def different_pixels(page: MacPage, other: MacPage) -> int:
    """Return how many pixels differ between two pages' pictures."""
    pictures = [shown_pixels(each.page, 640, 480).astype(int) for each in (page, other)]
    return int((abs(pictures[0] - pictures[1]).max(axis=2) > 16).sum())


def make_link(page: MacPage) -> str:
    """Save the Mac in the settings, and return the link of the state."""
    show_toolbar(page.page)
    page.page.locator("#settings").click()
    page.page.locator("#states-tab").click()
    page.page.locator("#states-name").fill("Moment")
    page.page.keyboard.press("Enter")
    page.page.get_by_role("button", name="Link: Moment").click()
    address = page.page.get_by_role("textbox", name="Link: Moment")
    expect(address).to_be_focused()
    return address.input_value()


def test_a_link_opens_a_second_mac_with_the_same_screen(browser: Browser, tmp_path: Path) -> None:
    states = str(tmp_path / "states")
    moof = start_moof(tmp_path, "--size", "640x480", "--states", states, "--forks", "1", "--codec", "png")
    try:
        memory = moof.memory()
        with new_mac_page(browser) as page:
            page.connect(moof.url)
            page.open_empty_document(memory)
            page.page.keyboard.type("mine")
            wait_until(lambda: memory.notes == "mine", "the text")
            link = make_link(page)
            with new_mac_page(browser) as visitor:
                visitor.page.goto(link)
                expect(visitor.page.locator("#fork-picture")).to_have_js_property("naturalWidth", 320)
                visitor.page.get_by_role("button", name="Start the Mac").dblclick()
                expect(visitor.page.locator("#screen")).to_be_visible()  # the second click has led there
                visitor.wait_for_picture()
                page.page.keyboard.press("Escape")
                wait_until(lambda: different_pixels(page, visitor) < MOST_DIFFERENT, "the same picture")
                visitor.page.keyboard.type("W" * 200)
                wait_until(lambda: different_pixels(page, visitor) > MOST_DIFFERENT, "the visitor's text")
                assert memory.notes == "mine"
                page.page.keyboard.type(" alone")
                wait_until(lambda: memory.notes == "mine alone", "the text in the first Mac")
    finally:
        stop_moof(moof)
