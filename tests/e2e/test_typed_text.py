"""Text that the server types: all of it arrives in the guest, in order, in each keyboard layout."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection

from support.guest_memory import GuestMemory
from support.mac_page import MacPage
from support.moof_process import MoofProcess
from support.waiting import wait_for_value

pytestmark = pytest.mark.browser

MESSAGE_SECONDS = 60
TEXT_SECONDS = 120
"""For ten thousand characters: a page whose picture does not connect would be let go before."""
PARAGRAPH = "Ein Gruß: “Çà et là, señor Ørsted – ÄÖÜ ëïÿ…”\r[{@#\\|~^`´}] 0123456789 ßé€§\r"


def notes(memory: GuestMemory) -> str:
    """Return the text in Notes, which is MacRoman."""
    return memory.notes.encode("latin-1").decode("mac_roman")


def receive(client: ClientConnection, type_: str) -> dict[str, Any]:
    """Return the next message of a type."""
    while True:
        message: dict[str, Any] = json.loads(client.recv(timeout=MESSAGE_SECONDS))
        if message["type"] == type_:
            return message


def post_text(moof: MoofProcess, text: str) -> dict[str, Any]:
    """Type a text by the API and return what it answers at the end."""
    answer = httpx.post(f"{moof.url.rstrip('/')}/api/text", json={"text": text}, timeout=TEXT_SECONDS)
    progress: dict[str, Any] = answer.json()
    return progress


def type_text(client: ClientConnection, text: str) -> dict[str, Any]:
    """Type a text and return the last progress."""
    client.send(json.dumps({"type": "text", "id": "1", "text": text}))
    while (progress := receive(client, "text-progress"))["state"] == "typing":
        pass
    return progress


def set_layout(client: ClientConnection, layout: str) -> None:
    """Set the Mac's keyboard layout, which is another one, and wait until the guest has it."""
    client.send(json.dumps({"type": "keyboard", "layout": layout}))
    while receive(client, "keyboard")["layout"] != layout:
        pass


def test_10000_characters_arrive_as_they_are(
    empty_notes: MacPage, moof: MoofProcess, memory: GuestMemory
) -> None:
    text = (PARAGRAPH * 10_000)[:10_000]
    answer = post_text(moof, text)
    assert (answer["state"], answer["typed"], answer["total"]) == ("done", 10_000, 10_000)
    wait_for_value(lambda: len(memory.notes), len(text), "the end of the text")
    assert notes(memory) == text


@pytest.mark.parametrize("layout", ["german", "french", "dvorak"])
def test_every_layout_types_the_same_text(
    layout: str, empty_notes: MacPage, memory: GuestMemory, client: ClientConnection
) -> None:
    assert receive(client, "keyboard")["settable"]
    set_layout(client, layout)
    progress = type_text(client, PARAGRAPH)
    set_layout(client, "us")  # the page's shortcuts are places
    assert progress["state"] == "done"
    wait_for_value(lambda: len(memory.notes), len(PARAGRAPH), "the end of the text")
    assert notes(memory) == PARAGRAPH


def test_a_script_types_a_text(empty_notes: MacPage, moof: MoofProcess, memory: GuestMemory) -> None:
    answer = post_text(moof, "Ünï → Mac\n")
    assert answer == {"typed": 9, "total": 9, "missing": "→", "state": "done"}
    wait_for_value(lambda: notes(memory), "Ünï  Mac\r", "the text in Notes")
