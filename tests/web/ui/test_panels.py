"""What the panels are connected with, in the connected page."""

from typing import Any

from playwright.sync_api import expect

Scene = Any  # see conftest.py


def test_the_panels_are_loaded_after_the_picture_without_a_click(steady: Scene) -> None:
    expect(steady.page.locator("#key-combinations button")).to_have_count(12)
    expect(steady.page.locator("#picture-save")).to_be_enabled()
    assert steady.page.locator("link[rel=stylesheet][disabled]").count() == 0


def test_a_chosen_codec_is_kept_and_requested(steady: Scene) -> None:
    steady.page.locator("#settings").click()
    expect(steady.page.locator("#codec option")).not_to_have_count(1)
    name = steady.page.locator("#codec option").last.get_attribute("value")
    steady.page.locator("#codec").select_option(name)
    assert steady.server.expect("codec")["codec"] == name
    assert steady.page.evaluate("JSON.parse(localStorage.getItem('moof.codec'))") == name
    steady.page.keyboard.press("Escape")
