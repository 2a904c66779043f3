"""The clipboard between the guest and a page, both ways, and who gets what was copied."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect
from websockets.sync.client import ClientConnection

from support.guest_memory import GuestMemory
from support.mac_page import MacPage, show_toolbar
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser

MESSAGE_SECONDS = 60


@pytest.fixture
def notes(empty_notes: MacPage) -> MacPage:
    """Let the page with Notes read this computer's clipboard."""
    empty_notes.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return empty_notes


def receive(client: ClientConnection, type_: str) -> dict[str, Any]:
    """Return the next message of a type."""
    while True:
        message: dict[str, Any] = json.loads(client.recv(timeout=MESSAGE_SECONDS))
        if message["type"] == type_:
            return message


def test_what_notes_copies_is_on_this_computers_clipboard(
    notes: MacPage, memory: GuestMemory, client: ClientConnection
) -> None:
    assert receive(client, "clipboard-status") == {"type": "clipboard-status", "shared": True}
    notes.page.keyboard.type("copied")
    notes.page.keyboard.press("Enter")
    wait_for_value(lambda: memory.notes, "copied\r", "the text in Notes")
    notes.page.keyboard.press("Alt+KeyA")
    notes.page.keyboard.press("Alt+KeyC")
    expect(notes.page.locator("#hint")).to_have_text("Copied from the Mac: “copied”")
    assert notes.page.evaluate("navigator.clipboard.readText()") == "copied\n"
    assert receive(client, "clipboard") == {"type": "clipboard", "text": "copied\n"}


def test_a_text_of_the_panel_is_pasted_in_notes(notes: MacPage, memory: GuestMemory) -> None:
    page = notes.page
    show_toolbar(page)
    page.locator("#keys").click()
    page.locator("#type-open").click()
    page.locator("#type-text").fill("Größe → 1\n漢")
    page.locator("#type-to-clipboard").click()
    expect(page.locator("#hint")).to_have_text("On the Mac’s clipboard: “Größe → 1 漢”")

    def pasted() -> str:
        """Paste in place of all text: keys do not wait for the clipboard's text."""
        page.keyboard.press("Alt+KeyA")
        page.keyboard.press("Alt+KeyV")
        return memory.notes.encode("latin-1").decode("mac_roman")

    wait_until(lambda: pasted() == "Größe -> 1\r?", "the text in Notes", poll_seconds=0.2)
