"""Pictures from the framebuffer of 68k code to the browser's pixels, in each codec."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from playwright.sync_api import Browser

from moof.media.codecs import CODECS
from support.guest_memory import GuestMemory, Program
from support.mac_page import MacPage, new_mac_page
from support.moof_process import MoofProcess
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def test_card(browser: Browser, moof: MoofProcess) -> Iterator[MacPage]:
    """Open the Test Card, in front, moving, in a page that all tests use."""
    with new_mac_page(browser) as page:
        page.connect(moof.url)
        page.open_program(moof.memory(), Program.TEST_CARD)
        yield page


def every_pair(names: Sequence[str]) -> list[str]:
    """Return a sequence in which each name follows each other one."""
    followers = {name: [other for other in names if other != name] for name in names}
    sequence = [names[0]]
    while followers[sequence[-1]]:
        sequence.append(followers[sequence[-1]].pop())
    return sequence


def check_motion(page: MacPage, memory: GuestMemory) -> None:
    """Fail unless the card moves in the guest, frames arrive, and the page's pixels change."""
    frames, drawn = page.frames, memory.u32(memory.CARD_FRAMES)
    first = page.pixels()
    wait_until(lambda: memory.u32(memory.CARD_FRAMES) > drawn + 20, "the guest to draw")
    wait_until(lambda: page.frames > frames + 20, "frames in the page")
    wait_until(lambda: np.any(page.pixels() != first), "another picture in the page")


@pytest.mark.parametrize("codec", [*CODECS, "auto"])
def test_motion_is_displayed(test_card: MacPage, memory: GuestMemory, codec: str) -> None:
    test_card.choose_codec(codec)
    check_motion(test_card, memory)


def test_every_change_of_codec_continues_the_picture(test_card: MacPage, memory: GuestMemory) -> None:
    for codec in every_pair(list(CODECS)):
        test_card.use_codec(codec)
        test_card.wait_for_frames(2)
    check_motion(test_card, memory)


def test_the_api_changes_the_codec_of_all_viewers(
    test_card: MacPage, moof: MoofProcess, memory: GuestMemory
) -> None:
    assert moof.post("/api/codec", {"codec": "png"}) == 200
    wait_for_value(lambda: test_card.stats()["codec"], "png", "the page to follow /api/codec")
    check_motion(test_card, memory)
    assert moof.post("/api/codec", {"codec": "h264"}) == 200
    wait_for_value(lambda: test_card.stats()["codec"], "h264", "the page to follow back")


def test_two_pages_display_different_codecs_at_once(
    test_card: MacPage, browser: Browser, moof: MoofProcess, memory: GuestMemory
) -> None:
    test_card.choose_codec("h264")
    with new_mac_page(browser) as second:
        second.connect(moof.url)
        second.choose_codec("png")
        check_motion(second, memory)
        check_motion(test_card, memory)
        assert moof.viewers == 2
    wait_for_value(lambda: moof.viewers, 1, "the closed page's viewer to be removed")
