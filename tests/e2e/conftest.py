"""The whole line: `moof run` as a process, and a page in a real Chromium that shows its Mac."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from support.guest_memory import GuestMemory
from support.mac_page import MacPage
from support.moof_process import MoofProcess, start_moof, stop_moof


@pytest.fixture(scope="module")
def moof(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MoofProcess]:
    """One running Moof for a module's tests, 640x480 in true colour: the framebuffer is what must be seen."""
    running = start_moof(tmp_path_factory.mktemp("moof"), "--size", "640x480", "--depth", "32")
    yield running
    stop_moof(running)


@pytest.fixture
def mac_page(browser: Browser, moof: MoofProcess) -> Iterator[MacPage]:
    """A page that shows the Mac."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = MacPage(context.new_page())
    page.connect(moof.url)
    yield page
    context.close()


@pytest.fixture
def memory(moof: MoofProcess) -> GuestMemory:
    """The memory of the Mac that runs now."""
    return moof.memory()
