"""Moof across a bad network: a relay between Chromium and the server loses and delays packets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser

from support.guest_memory import GuestMemory, Program
from support.link_model import Conditions
from support.mac_page import MacPage, new_mac_page
from support.moof_process import MoofProcess
from support.tcp_relay import tcp_relay
from support.udp_relay import UdpRelay, route_through, udp_relay
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser

RELIABLE = Conditions(delay=0.01)
LOSSY = Conditions(delay=0.01, loss=0.05, reorder=0.02)
NARROW = Conditions(delay=0.01, rate=500e3)
SILENT = Conditions(silent=True)
SLOW = Conditions(delay=0.02, rate=2e6, queue=float("inf"))


@pytest.fixture
def relay() -> Iterator[UdpRelay]:
    """Run a relay."""
    with udp_relay(RELIABLE) as running:
        yield running


@pytest.fixture
def test_card(browser: Browser, moof: MoofProcess, relay: UdpRelay) -> Iterator[MacPage]:
    """Open the Test Card, in front, moving, in a page behind the relay."""
    with new_mac_page(browser) as page:
        route_through(page.page, relay)
        page.connect(moof.url)
        memory = moof.memory()
        page.open_program(memory, Program.TEST_CARD)
        yield page
        relay.set(RELIABLE)
        while memory.u32(memory.WINDOWS) > 0:
            page.close_front_window(memory)


def newest(moof: MoofProcess) -> dict[str, Any]:
    """Return the report of the viewer that connected last; the server may still wait for an earlier one."""
    return dict(moof.status()["viewers"][-1])


def test_the_websocket_carries_media_until_udp_arrives(
    browser: Browser, moof: MoofProcess, relay: UdpRelay
) -> None:
    relay.set(SILENT)
    with new_mac_page(browser) as page:
        route_through(page.page, relay)
        page.connect(moof.url)
        assert page.page.evaluate("() => moof.pc") is None
        relay.set(RELIABLE)
        page.page.wait_for_function("() => moof.pc?.connectionState === 'connected'")
        wait_for_value(lambda: newest(moof)["codec"], "h264", "a codec that goes over RTP")
        page.page.wait_for_selector("#display", state="visible")
        memory = moof.memory()
        page.open_program(memory, Program.TEST_CARD)
        page.wait_for_frames(10)
        page.close_front_window(memory)


def test_lost_packets_of_h264_are_retransmitted(
    test_card: MacPage, moof: MoofProcess, relay: UdpRelay
) -> None:
    test_card.choose_codec("h264")
    relay.set(LOSSY)
    test_card.wait_for_frames(60)
    wait_until(lambda: newest(moof)["video"]["retransmitted"] > 0, "a lost packet sent again")
    test_card.wait_for_frames(30)


def test_png_is_exact_in_every_pixel_after_a_slow_and_a_silent_link(
    browser: Browser, moof: MoofProcess, memory: GuestMemory
) -> None:
    server = urlsplit(moof.url)
    assert server.hostname is not None
    assert server.port is not None
    with tcp_relay(server.hostname, server.port) as slow, new_mac_page(browser) as page:
        page.connect(f"http://{server.hostname}:{slow.port}/")
        page.choose_codec("png")
        page.open_program(memory, Program.TEST_CARD)
        slow.conditions = SLOW
        page.wait_for_frames(10)
        slow.conditions = SILENT
        page.page.wait_for_timeout(1000)
        slow.conditions = SLOW
        page.wait_for_frames(10)
        page.close_front_window(memory)
        wait_until(
            lambda: np.array_equal(page.pixels(), memory.framebuffer(*page.mac_size())),
            "the page to equal the guest's framebuffer in every pixel",
        )


def test_the_picture_continues_after_a_silent_link(test_card: MacPage, relay: UdpRelay) -> None:
    test_card.choose_codec("h264")
    test_card.wait_for_frames(10)
    relay.set(SILENT)
    test_card.page.wait_for_timeout(1000)
    relay.set(RELIABLE)
    test_card.wait_for_frames(30)


def test_the_picture_continues_while_the_websocket_reconnects(
    test_card: MacPage, moof: MoofProcess, relay: UdpRelay
) -> None:
    before = newest(moof)
    test_card.page.evaluate("() => { window.firstConnection = moof.pc; }")
    relay.break_signaling()
    wait_until(lambda: test_card.stats() and len(relay.sockets) == 2, "the page to reconnect")
    test_card.wait_for_frames(10)
    assert test_card.page.evaluate("() => window.firstConnection === moof.pc")
    test_card.choose_codec("png")
    wait_for_value(lambda: newest(moof)["codec"], "png", "the server to receive messages again")
    assert newest(moof)["id"] == before["id"]


def test_a_failed_connection_is_replaced_in_the_same_session(
    test_card: MacPage, moof: MoofProcess, relay: UdpRelay
) -> None:
    before = newest(moof)
    test_card.page.evaluate("() => { window.firstConnection = moof.pc; }")
    test_card.wait_for_frames(10)
    relay.set(SILENT)
    wait_until(
        lambda: test_card.page.evaluate("() => window.firstConnection !== moof.pc"), "another connection"
    )
    relay.set(RELIABLE)
    test_card.wait_for_frames(30)
    assert newest(moof)["id"] == before["id"]
    assert len(relay.sockets) == 1


def test_the_bitrate_follows_a_narrow_link_down_and_up(
    test_card: MacPage, moof: MoofProcess, relay: UdpRelay
) -> None:
    test_card.choose_codec("h264")
    test_card.wait_for_frames(10)
    relay.set(NARROW)
    wait_until(lambda: bandwidth(moof) < 1e6, "the estimate to fall", seconds=60)
    test_card.wait_for_frames(20)
    relay.set(RELIABLE)
    wait_until(lambda: bandwidth(moof) > 5e6, "the estimate to rise", seconds=60)


def bandwidth(moof: MoofProcess) -> float:
    """Return the estimated bitrate of the newest viewer, in bits a second."""
    return float(newest(moof)["bandwidth"])


def test_the_pointer_is_marked_until_the_macs_pointer_has_followed(
    test_card: MacPage, relay: UdpRelay
) -> None:
    relay.set(Conditions(delay=0.5))
    test_card.move(300, 200)
    test_card.page.wait_for_selector("html.mac-pointer:not(.pointer-ahead)", state="attached")
    test_card.move(100, 100)
    test_card.page.wait_for_selector("html.mac-pointer.pointer-ahead", state="attached")
    test_card.page.wait_for_selector("html.mac-pointer:not(.pointer-ahead)", state="attached")
