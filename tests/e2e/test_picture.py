"""From 68k code's framebuffer to the browser's pixels, in each codec."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from playwright.sync_api import Browser

from moof.media.codecs import CODECS
from support.guest_memory import GuestMemory, Program
from support.mac_page import MacPage
from support.moof_process import MoofProcess
from support.waiting import wait_until

pytestmark = pytest.mark.browser


@pytest.fixture
def test_card(mac_page: MacPage, memory: GuestMemory) -> Iterator[MacPage]:
    """A page whose Mac has the Test Card in front, moving."""
    mac_page.open_program(memory, Program.TEST_CARD)
    yield mac_page
    mac_page.close_front_window(memory)


def every_pair(names: Sequence[str]) -> list[str]:
    """A round in which each name follows each other one."""
    followers = {name: [other for other in names if other != name] for name in names}
    way = [names[0]]
    while followers[way[-1]]:
        way.append(followers[way[-1]].pop())
    return way


def moves(page: MacPage, memory: GuestMemory) -> None:
    """Fail unless the card moves in the guest, frames arrive, and the page's pixels change."""
    frames, drawn = page.stats()["frames"], memory.u32(memory.CARD_FRAMES)
    first = page.pixels()
    wait_until(lambda: memory.u32(memory.CARD_FRAMES) > drawn + 20, "the guest to draw")
    wait_until(lambda: page.stats()["frames"] > frames + 20, "frames in the page")
    wait_until(lambda: np.any(page.pixels() != first), "another picture in the page")


@pytest.mark.parametrize("codec", [*CODECS, "auto"])
def test_the_card_moves(test_card: MacPage, memory: GuestMemory, codec: str) -> None:
    test_card.choose_codec(codec)
    moves(test_card, memory)


def test_the_codec_changes_while_it_runs(test_card: MacPage, memory: GuestMemory) -> None:
    for codec in every_pair(list(CODECS)):
        test_card.use_codec(codec)
        frames = test_card.stats()["frames"]
        wait_until(lambda: test_card.stats()["frames"] > frames + 1, f"pictures in {codec}")  # noqa: B023
    moves(test_card, memory)


def test_the_api_changes_everybodys_codec(test_card: MacPage, moof: MoofProcess, memory: GuestMemory) -> None:
    assert moof.post("/api/codec", {"codec": "png"}) == 200
    wait_until(lambda: test_card.stats()["codec"] == "png", "the page to follow /api/codec")
    moves(test_card, memory)
    assert moof.post("/api/codec", {"codec": "h264"}) == 200
    wait_until(lambda: test_card.stats()["codec"] == "h264", "the page to follow back")


def test_two_pages_at_once_with_different_codecs(
    test_card: MacPage, browser: Browser, moof: MoofProcess, memory: GuestMemory
) -> None:
    test_card.choose_codec("h264")
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    second = MacPage(context.new_page())
    second.connect(moof.url)
    second.choose_codec("png")
    moves(second, memory)
    moves(test_card, memory)
    assert len(moof.status()["viewers"]) == 2
    context.close()
    wait_until(lambda: len(moof.status()["viewers"]) == 1, "the closed page to leave")
