"""The keyboards of telephones type in Notes: recorded events, replayed in the page on a touch screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ViewportSize

from support.guest_memory import GuestMemory, Program
from support.mac_page import MacPage
from support.moof_process import MoofProcess
from support.telephone_keyboards import RECORDINGS, REPLAY, edit
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def telephone(browser: Browser, moof: MoofProcess) -> Iterator[MacPage]:
    """Open the page on a telephone, Notes in front and the system's keyboard open."""
    size = ViewportSize(width=390, height=844)
    context = browser.new_context(viewport=size, has_touch=True, is_mobile=True, device_scale_factor=2)
    page = MacPage(context.new_page())
    page.connect(moof.url)
    page.open_program(moof.memory(), Program.NOTES)
    page.page.evaluate("document.getElementById('keyboard').click()")
    page.page.get_by_label("the system’s keyboard").evaluate("(key) => key.click()")
    assert page.page.evaluate("document.activeElement.inputMode") == "text"
    yield page
    context.close()


@pytest.fixture
def notes(telephone: MacPage, memory: GuestMemory) -> Iterator[MacPage]:
    """Empty Notes."""
    telephone.page.keyboard.press("Alt+KeyA")
    telephone.page.keyboard.press("Backspace")
    wait_for_value(lambda: memory.notes, "", "empty Notes")
    yield telephone
    wait_until(lambda: not memory.held_keys, "all keys to be up")


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_telephone_types(notes: MacPage, memory: GuestMemory, name: str) -> None:
    recording = RECORDINGS[name]
    end = edit("insertText", 0, "|")  # shows that all before it has arrived
    notes.page.evaluate(REPLAY, [*recording.steps, end])
    expected = f"{recording.text}|".replace("\n", "\r").encode("mac_roman").decode("latin-1")
    wait_for_value(lambda: memory.notes, expected, f"{recording.text!r} in Notes")
