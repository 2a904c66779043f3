"""The whole line across a bad network: a relay between Chromium and the server loses and delays packets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser

from support.guest_memory import GuestMemory, Program
from support.link_model import Conditions
from support.mac_page import MacPage
from support.moof_process import MoofProcess
from support.tcp_relay import tcp_relay
from support.udp_relay import UdpRelay, route_through, udp_relay
from support.waiting import wait_until

pytestmark = pytest.mark.browser

RELIABLE = Conditions(delay=0.01)
LOSSY = Conditions(delay=0.01, loss=0.05, reorder=0.02)
NARROW = Conditions(delay=0.01, rate=500e3)
SILENT = Conditions(silent=True)
SLOW = Conditions(delay=0.02, rate=2e6, queue=float("inf"))


@pytest.fixture
def link() -> Iterator[UdpRelay]:
    with udp_relay(RELIABLE) as made:
        yield made


@pytest.fixture
def test_card(browser: Browser, moof: MoofProcess, link: UdpRelay) -> Iterator[MacPage]:
    """A page behind the relay whose Mac has the Test Card in front, moving."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = MacPage(context.new_page())
    route_through(page.page, link)
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


def newest(moof: MoofProcess) -> dict[str, Any]:
    """The server's report of the viewer that came last; one before may be waited for yet."""
    return dict(moof.status()["viewers"][-1])


def test_h264_repairs_its_losses(test_card: MacPage, moof: MoofProcess, link: UdpRelay) -> None:
    test_card.choose_codec("h264")
    link.set(LOSSY)
    frames_come(test_card, 60)
    wait_until(lambda: newest(moof)["video"]["retransmitted"] > 0, "a lost packet sent again")
    frames_come(test_card, 30)


def test_png_is_right_in_every_pixel_after_a_slow_line_and_a_stop(
    browser: Browser, moof: MoofProcess, memory: GuestMemory
) -> None:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    server = urlsplit(moof.url)
    assert server.hostname is not None
    assert server.port is not None
    with tcp_relay(server.hostname, server.port) as line:
        page = MacPage(context.new_page())
        page.connect(f"http://{server.hostname}:{line.port}/")
        page.choose_codec("png")
        page.open_program(memory, Program.TEST_CARD)
        line.conditions = SLOW
        frames_come(page, 10)
        line.conditions = SILENT
        page.page.wait_for_timeout(1000)
        line.conditions = SLOW
        frames_come(page, 10)
        page.close_front_window(memory)
        wait_until(
            lambda: np.array_equal(page.pixels(), memory.framebuffer(*page.mac_size())),
            "the page to equal the guest's framebuffer in every pixel",
        )
        context.close()


def test_after_a_silence_the_picture_goes_on(test_card: MacPage, link: UdpRelay) -> None:
    test_card.choose_codec("h264")
    frames_come(test_card, 10)
    link.set(SILENT)
    test_card.page.wait_for_timeout(1000)
    link.set(RELIABLE)
    frames_come(test_card, 30)


def test_the_picture_goes_on_while_the_websocket_is_lost(
    test_card: MacPage, moof: MoofProcess, link: UdpRelay
) -> None:
    before = newest(moof)
    test_card.page.evaluate("() => { window.firstConnection = moof.pc; }")
    link.break_signaling()
    wait_until(lambda: test_card.stats() and len(link.sockets) == 2, "the page to come back")
    frames_come(test_card, 10)
    assert test_card.page.evaluate("() => window.firstConnection === moof.pc")
    test_card.choose_codec("png")
    wait_until(lambda: newest(moof)["codec"] == "png", "the server to hear the page again")
    assert newest(moof)["id"] == before["id"]


def test_a_dead_path_is_replaced_in_the_same_session(
    test_card: MacPage, moof: MoofProcess, link: UdpRelay
) -> None:
    before = newest(moof)
    test_card.page.evaluate("() => { window.firstConnection = moof.pc; }")
    frames_come(test_card, 10)
    link.set(SILENT)
    wait_until(
        lambda: test_card.page.evaluate("() => window.firstConnection !== moof.pc"), "another connection"
    )
    link.set(RELIABLE)
    frames_come(test_card, 30)
    assert newest(moof)["id"] == before["id"]
    assert len(link.sockets) == 1


def test_a_narrow_link_gets_what_it_takes_and_more_once_it_widens(
    test_card: MacPage, moof: MoofProcess, link: UdpRelay
) -> None:
    test_card.choose_codec("h264")
    frames_come(test_card, 10)
    link.set(NARROW)
    wait_until(lambda: bandwidth(moof) < 1e6, "the server to notice")
    frames_come(test_card, 20)
    link.set(RELIABLE)
    wait_until(lambda: bandwidth(moof) > 5e6, "the server to notice that there is more")


def bandwidth(moof: MoofProcess) -> float:
    return float(newest(moof)["bandwidth"])


def test_the_hand_is_marked_until_the_macs_pointer_has_come(test_card: MacPage, link: UdpRelay) -> None:
    link.set(Conditions(delay=0.5))
    test_card.move(300, 200)
    test_card.page.wait_for_selector("html.mac-pointer:not(.pointer-ahead)", state="attached")
    test_card.move(100, 100)
    test_card.page.wait_for_selector("html.mac-pointer.pointer-ahead", state="attached")
    test_card.page.wait_for_selector("html.mac-pointer:not(.pointer-ahead)", state="attached")
