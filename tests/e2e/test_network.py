"""The whole line across a bad network: a relay between Chromium and the server loses and delays packets."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from guestmemory import GuestMemory, Program
from macpage import MacPage
from patience import wait_until
from playwright.sync_api import Browser
from running import RunningMoof

from link import Conditions
from relay import Relay, relay, through

pytestmark = pytest.mark.browser

RELIABLE = Conditions(delay=0.01)
LOSSY = Conditions(delay=0.01, loss=0.05, reorder=0.02)
NARROW = Conditions(delay=0.01, rate=500e3)
SILENT = Conditions(silent=True)


@pytest.fixture
def link() -> Iterator[Relay]:
    with relay(RELIABLE) as made:
        yield made


@pytest.fixture
def test_card(browser: Browser, moof: RunningMoof, link: Relay) -> Iterator[MacPage]:
    """A page behind the relay whose Mac has the Test Card in front, moving."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = MacPage(context.new_page())
    through(page.page, link)
    page.connect(moof.url)
    memory = moof.memory()
    page.open_program(memory, Program.TEST_CARD)
    yield page
    link.set(RELIABLE)
    while memory.u32(memory.WINDOWS) > 0:
        page.close_front_window(memory)
    context.close()


def frames_come(page: MacPage, count: int) -> None:
    before = page.stats()["frames"]
    wait_until(lambda: page.stats()["frames"] >= before + count, f"{count} more frames")


def test_h264_repairs_its_losses(test_card: MacPage, moof: RunningMoof, link: Relay) -> None:
    test_card.choose_codec("h264")
    link.set(LOSSY)
    frames_come(test_card, 60)
    wait_until(lambda: moof.status()["viewers"][0]["video"]["retransmitted"] > 0, "a lost packet sent again")
    frames_come(test_card, 30)


def test_png_is_right_in_every_pixel_whatever_was_lost(
    test_card: MacPage, link: Relay, memory: GuestMemory
) -> None:
    test_card.choose_codec("png")
    link.set(LOSSY)
    frames_come(test_card, 30)
    test_card.close_front_window(memory)
    wait_until(
        lambda: np.array_equal(test_card.pixels(), memory.framebuffer(*test_card.mac_size())),
        "the page to equal the guest's framebuffer in every pixel",
    )


@pytest.mark.parametrize("codec", ["h264", "png"])
def test_after_a_silence_the_picture_goes_on(test_card: MacPage, link: Relay, codec: str) -> None:
    test_card.choose_codec(codec)
    frames_come(test_card, 10)
    link.set(SILENT)
    test_card.page.wait_for_timeout(1000)
    link.set(RELIABLE)
    frames_come(test_card, 30)


def test_a_narrow_link_gets_what_it_takes_and_more_once_it_widens(
    test_card: MacPage, moof: RunningMoof, link: Relay
) -> None:
    test_card.choose_codec("h264")
    frames_come(test_card, 10)
    link.set(NARROW)
    wait_until(lambda: bandwidth(moof) < 1e6, "the server to notice")
    frames_come(test_card, 20)
    link.set(RELIABLE)
    wait_until(lambda: bandwidth(moof) > 5e6, "the server to notice that there is more")


def bandwidth(moof: RunningMoof) -> float:
    return float(moof.status()["viewers"][0]["bandwidth"])


def test_the_hand_is_marked_until_the_macs_pointer_has_come(test_card: MacPage, link: Relay) -> None:
    link.set(Conditions(delay=0.5))
    test_card.move(300, 200)
    test_card.page.wait_for_selector("html.mac-pointer:not(.hand-leads)", state="attached")
    test_card.move(100, 100)
    test_card.page.wait_for_selector("html.mac-pointer.hand-leads", state="attached")
    test_card.page.wait_for_selector("html.mac-pointer:not(.hand-leads)", state="attached")
