"""Latency: a click is detected in the page's own pixels; the stages of a ping's round trip are reported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from support.guest_memory import GuestMemory, Program
from support.mac_page import MacPage
from support.moof_process import MoofProcess, get_json
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser

TITLE_BAR, PATCH = 20, 16


@pytest.fixture
def card(mac_page: MacPage, memory: GuestMemory) -> Iterator[MacPage]:
    """Open the Test Card, in front, at rest, in a page."""
    mac_page.open_program(memory, Program.TEST_CARD)
    mac_page.page.keyboard.press("Space", delay=60)
    wait_until(lambda: rests(memory), "the card to stop")
    yield mac_page
    mac_page.close_front_window(memory)


def rests(memory: GuestMemory) -> bool:
    """Return whether the front window stays in its place for a third of the guest's seconds."""
    place, ticks = memory.pair(memory.FRONT_POSITION), memory.u32(memory.TICKS)
    wait_until(lambda: memory.u32(memory.TICKS) > ticks + 20, "the guest's time to pass")
    return memory.pair(memory.FRONT_POSITION) == place


@pytest.mark.parametrize("codec", ["h264", "png"])
def test_a_click_is_detected_in_the_pages_own_pixels(card: MacPage, memory: GuestMemory, codec: str) -> None:
    card.choose_codec(codec)
    x, y = memory.pair(memory.FRONT_POSITION)
    card.watch_pixel(x + PATCH, y + TITLE_BAR + PATCH)
    for clicks in (1, 2, 3):
        card.click(x + 80, y + TITLE_BAR + 50)
        wait_for_value(lambda: len(card.pixel_flips), clicks, "the patch to invert")
    assert all(0 < ms < 30_000 for ms in card.pixel_flips)


@pytest.mark.parametrize("codec", ["h264", "png"])
def test_the_api_reports_the_latency_by_stages(mac_page: MacPage, moof: MoofProcess, codec: str) -> None:
    mac_page.choose_codec(codec)
    wait_until(lambda: [each["codec"] for each in latency(moof)] == [codec], "the page's report")
    (report,) = latency(moof)
    for times in (report["p50"], report["p95"]):
        assert list(times) == [
            *("up", "ipc", "mac", "wait", "encode", "network", "buffer", "decode", "display"),
            "total",
        ]
    assert report["p50"]["total"] > 0
    assert abs(report["clock_offset"]) < 1000  # one machine, one clock


def latency(moof: MoofProcess) -> list[dict[str, Any]]:
    """Return GET /api/latency."""
    return list(get_json(f"{moof.url}/api/latency"))
