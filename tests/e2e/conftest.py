"""Fixtures of the end-to-end tests: `moof run` as a process, and a page in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from websockets.sync.client import ClientConnection, connect

from support.guest_memory import GuestMemory, Program
from support.mac_page import MacPage, new_mac_page
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.waiting import wait_for_value


@pytest.fixture(scope="module")
def moof(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MoofProcess]:
    """Run one Moof for a module's tests, 640x480 in true colour: the page must display the framebuffer."""
    running = start_moof(tmp_path_factory.mktemp("moof"), "--size", "640x480", "--depth", "32")
    yield running
    stop_moof(running)


@pytest.fixture
def mac_page(browser: Browser, moof: MoofProcess) -> Iterator[MacPage]:
    """Open a page that displays the Mac."""
    with new_mac_page(browser) as page:
        page.connect(moof.url)
        yield page


@pytest.fixture
def empty_notes(mac_page: MacPage, memory: GuestMemory) -> Iterator[MacPage]:
    """Open Notes without a text, in front, in a page."""
    mac_page.open_program(memory, Program.NOTES)
    mac_page.page.keyboard.press("Alt+KeyA")
    mac_page.page.keyboard.press("Delete")
    wait_for_value(lambda: memory.notes, "", "empty Notes")
    yield mac_page
    mac_page.close_front_window(memory)


@pytest.fixture
def client(moof: MoofProcess) -> Iterator[ClientConnection]:
    """Connect another player without a page."""
    with connect(moof.url.replace("http", "ws", 1).rstrip("/") + "/signaling", proxy=None) as websocket:
        yield websocket


@pytest.fixture
def memory(moof: MoofProcess) -> GuestMemory:
    """Map the memory of the Mac that runs now."""
    return moof.memory()
