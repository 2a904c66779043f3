"""Codecs while size and depth change, with different viewers, and when the picture stops moving."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser

from moof.media.codecs import CODECS, Transport
from support.guest_memory import GuestMemory, Program
from support.mac_page import MacPage, new_mac_page
from support.moof_process import MoofProcess
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser

LOSSLESS = {name for name, codec in CODECS.items() if codec.transport is Transport.TILES}
# PSNR over red, green and blue that a resting desktop in true colour reaches where pixels share colours, dB.
AT_REST = dict.fromkeys(CODECS, 35.0) | dict.fromkeys(LOSSLESS, math.inf)


@pytest.fixture
def open_page(browser: Browser, moof: MoofProcess) -> Iterator[Callable[[], MacPage]]:
    """Open pages that display the Mac; all are closed afterwards."""
    with contextlib.ExitStack() as stack:

        def open_one() -> MacPage:
            page = stack.enter_context(new_mac_page(browser))
            page.connect(moof.url)
            return page

        yield open_one


def psnr(page: MacPage, memory: GuestMemory) -> float:
    """Return the page's PSNR against the guest's framebuffer of 32 bits, in dB; infinite when equal."""
    shown, wanted = page.pixels(), memory.framebuffer(*page.mac_size())
    error = float(np.mean((shown.astype(np.float64) - wanted) ** 2))
    return 10 * math.log10(255**2 / error) if error else math.inf


def wait_for_quality(page: MacPage, memory: GuestMemory, codec: str) -> None:
    wait_until(lambda: psnr(page, memory) >= AT_REST[codec], f"{codec} at rest to reach {AT_REST[codec]} dB")


def test_each_codec_reaches_its_quality_after_motion(
    open_page: Callable[[], MacPage], memory: GuestMemory
) -> None:
    page = open_page()
    for codec in CODECS:
        page.use_codec(codec)
        page.open_program(memory, Program.TEST_CARD)
        page.wait_for_frames(21)
        page.close_front_window(memory)
        wait_for_quality(page, memory, codec)


def test_viewers_with_different_codecs_display_the_same_picture(
    open_page: Callable[[], MacPage], moof: MoofProcess, memory: GuestMemory
) -> None:
    codecs = ("av1", "vp9", "webp")
    pages = [open_page() for _ in codecs]
    for page, codec in zip(pages, codecs, strict=True):
        page.use_codec(codec)
    pages[0].open_program(memory, Program.TEST_CARD)
    pages[0].close_front_window(memory)
    for page, codec in zip(pages, codecs, strict=True):
        wait_for_quality(page, memory, codec)
    assert [viewer["codec"] for viewer in moof.status()["viewers"]] == list(codecs)
    assert set(codecs) <= set(moof.status()["encoders"])


def test_each_codec_follows_changes_of_size_and_depth(
    open_page: Callable[[], MacPage], moof: MoofProcess, memory: GuestMemory
) -> None:
    page = open_page()
    page.open_program(memory, Program.MONITORS)
    before = page.mac_size()
    for codec in CODECS:
        page.use_codec(codec)
        page.page.keyboard.press("ArrowLeft")  # fewer colours
        page.page.keyboard.press("ArrowDown")  # another size
        wait_until(lambda: page.mac_size() != before, f"another size in {codec}")
        page.page.keyboard.press("ArrowRight")
        page.page.keyboard.press("ArrowUp")
        wait_for_value(page.mac_size, before, f"the size of before in {codec}")
        wait_for_quality(page, memory, codec)
    page.close_front_window(memory)


def test_a_viewer_chooses_quality_and_bit_rate_of_its_own_picture(
    open_page: Callable[[], MacPage], moof: MoofProcess, memory: GuestMemory
) -> None:
    """Another viewer of the same codec keeps its picture, and a lossless codec keeps to the limit, too."""
    other, page = open_page(), open_page()
    for each in (other, page):
        each.use_codec("h264")
    page.page.locator("#quality").select_option("saving", force=True)
    page.page.locator("#bit-rate").select_option("500000", force=True)
    wait_until(lambda: {"h264", "h264 saving"} <= set(moof.status()["encoders"]), "two encoders")
    limits = [viewer["bandwidth"] for viewer in moof.status()["viewers"]]
    assert limits[0] > 1_000_000 >= 500_000 == limits[1]
    other.open_program(memory, Program.TEST_CARD)
    for each in (other, page):
        each.wait_for_frames(20)
    other.close_front_window(memory)
    wait_for_quality(other, memory, "h264")
    page.use_codec("png")
    wait_for_quality(page, memory, "png")
    page.page.reload()
    page.wait_for_picture()
    wait_until(lambda: moof.status()["viewers"][-1]["bandwidth"] == 500_000, "the limit after a reload")
