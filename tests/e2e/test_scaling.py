"""The picture's sizes in a real Chromium: exact coordinates, pixels, panning, and what fits small windows."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, ViewportSize, expect

from support.guest_memory import GuestMemory
from support.mac_page import MacPage, show_toolbar
from support.moof_process import MoofProcess
from support.waiting import wait_for_value, wait_until

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 640, 480
CORNERS = ((0, 0), (WIDTH - 1, 0), (0, HEIGHT - 1), (WIDTH - 1, HEIGHT - 1))
PANELS = ("keys", "latency", "more", "people", "pictures", "power", "settings", "type")
SMALL = ((320, 568), (390, 844), (320, 300), (844, 300))

LONG_WORDS = """() => {
    document.getElementById("latency-text").textContent = "188 ms";
    document.getElementById("connection-text").textContent = "Not connected";
}"""

# What sticks out of the window, or of its own box sideways, with that panel open.
MISFITS = """async (name) => {
    const panel = document.getElementById(`${name}-panel`);
    const bar = document.getElementById("toolbar");
    bar.classList.remove("away");
    const sized = async () => { // observers of sizes are called behind these functions
        await new Promise(requestAnimationFrame);
        await new Promise((done) => setTimeout(done));
    };
    await sized(); // the toolbar closes its panel "more" when the window's size changes what is in it
    const placed = new Promise((done) => panel.addEventListener("toggle", (event) => {
        if (event.newState === "open") done();
    }));
    panel.showPopover();
    await placed;
    await sized();
    const { top, left, right, bottom } = panel.getBoundingClientRect();
    const box = bar.getBoundingClientRect();
    const last = Math.max(...[...bar.children].filter((each) => each.offsetParent)
        .map((each) => each.getBoundingClientRect().right));
    const found = { top: top < 0, left: left < 0, right: right > innerWidth, bottom: bottom > innerHeight,
        bar: last > box.right || box.left < 0 || box.right > innerWidth,
        wide: panel.scrollWidth > panel.clientWidth,
        stuck: panel.scrollHeight > panel.clientHeight && getComputedStyle(panel).overflowY !== "auto" };
    panel.hidePopover();
    return Object.keys(found).filter((each) => found[each]);
}"""


@contextlib.contextmanager
def opened(
    browser: Browser, url: str, size: tuple[int, int], ratio: float = 1, **options: Any
) -> Iterator[MacPage]:
    """Open the page in a window of that size, CSS pixels, with `ratio` device pixels per CSS pixel."""
    viewport = ViewportSize(width=size[0], height=size[1])
    context = browser.new_context(viewport=viewport, device_scale_factor=ratio, **options)
    page = MacPage(context.new_page())
    page.connect(url)
    yield page
    context.close()


def averaged(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.float64]:
    """Return the picture at another size, each pixel the mean of the area that it covers."""

    def weights(new: int, old: int) -> NDArray[np.float64]:
        edges = np.arange(new + 1)[:, None] * old / new
        covered = np.clip(edges - np.arange(old), 0, 1)
        found: NDArray[np.float64] = np.diff(covered, axis=0) * new / old
        return found

    rows, columns = weights(height, pixels.shape[0]), weights(width, pixels.shape[1])
    found: NDArray[np.float64] = np.einsum("yh,hwc,xw->yxc", rows, pixels, columns, optimize=True)
    return found


def distance_from_average(page: MacPage) -> float:
    """Return the mean difference between what the window shows and `averaged`, of 255 levels."""
    shot = page.page.locator("#screen").screenshot(scale="device")
    shown = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))
    expected = averaged(page.pixels(), shown.shape[1], shown.shape[0])
    top = shown.shape[0] // 8  # the middle: nothing of the page covers it
    return float(np.abs(shown - expected)[top : 6 * top].mean())


@pytest.mark.parametrize(
    ("size", "ratio", "query"),
    [
        ((820, 1180), 2, "?scale=auto"),
        ((1366, 657), 1.25, "?scale=1:1"),
        ((500, 400), 1, "?scale=auto"),
    ],
)
def test_corners_are_exact_at_every_scale(
    browser: Browser, moof: MoofProcess, memory: GuestMemory, size: tuple[int, int], ratio: float, query: str
) -> None:
    with opened(browser, f"{moof.url}/{query}", size, ratio) as page:
        for corner in CORNERS:
            page.move(WIDTH / 2, HEIGHT / 2)
            page.move(*corner)
            wait_for_value(lambda: memory.mouse, corner, f"the pointer at {corner}")


def test_the_mouse_at_the_edge_reaches_all_of_a_picture_that_fills_the_window(
    browser: Browser, moof: MoofProcess, memory: GuestMemory
) -> None:
    with opened(browser, f"{moof.url}/?scale=fill", (1366, 657)) as page:
        for y, corner in ((656, (WIDTH - 1, HEIGHT - 1)), (0, (WIDTH - 1, 0))):
            page.page.mouse.move(1365, y)
            wait_for_value(lambda: memory.mouse, corner, f"the pointer at {corner}")


def test_sharp_pixels_at_a_fraction_are_nearer_to_the_mean_of_their_area(
    browser: Browser, moof: MoofProcess
) -> None:
    with opened(browser, f"{moof.url}/?scale=fit&pixels=sharp", (1000, 800)) as page:
        page.use_codec("png")
        page.page.mouse.move(1, 1)
        page.page.evaluate("() => { document.getElementById('toolbar').hidden = true; }")
        sharp = distance_from_average(page)
        page.page.locator("#settings-panel [value=smooth]").evaluate("(input) => input.click()")
        assert sharp < 0.6 * distance_from_average(page)


def test_choices_are_kept_and_the_picture_tube_is_off_for_people_who_want_calm(
    browser: Browser, moof: MoofProcess
) -> None:
    tube = "() => getComputedStyle(document.getElementById('screen'), '::after').content"
    with opened(browser, moof.url, (1000, 800)) as page:
        show_toolbar(page.page)
        page.page.locator("#settings").click()
        page.page.get_by_text("CRT").click()
        page.page.get_by_text("Whole", exact=True).click()
        page.connect(moof.url)
        assert page.page.locator("#picture-settings :checked:not(option)").evaluate_all(
            "(all) => all.map((each) => each.value)"
        ) == [
            "whole",
            "crt",
        ]
        assert page.page.evaluate(tube) == '""'
        page.page.emulate_media(reduced_motion="reduce")
        assert page.page.evaluate(tube) == "none"
        page.page.emulate_media(reduced_motion="no-preference", forced_colors="active")
        assert page.page.evaluate(tube) == "none"


def test_the_macs_screen_follows_the_window_and_gets_its_size_back(
    browser: Browser, moof: MoofProcess
) -> None:
    def wait_for_screen(width: int, height: int) -> None:
        def is_there() -> bool:
            emulator = moof.status()["emulator"]
            return bool((emulator["width"], emulator["height"]) == (width, height))

        wait_until(is_there, f"a screen of {width} x {height}")

    with opened(browser, moof.url, (900, 700)) as page:
        show_toolbar(page.page)
        page.page.locator("#settings").click()
        choice = page.page.get_by_label("The Mac’s screen follows the window")
        choice.check()
        wait_for_screen(832, 624)
        page.page.set_viewport_size(ViewportSize(width=1100, height=800))
        wait_for_screen(1024, 768)
        choice.evaluate("(input) => input.click()")
        wait_for_screen(WIDTH, HEIGHT)


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "touch"])
def test_toolbar_and_panels_fit_the_window(browser: Browser, moof: MoofProcess, touch: bool) -> None:
    with opened(browser, moof.url, (320, 700), has_touch=touch, is_mobile=touch) as page:
        expect(page.page.locator("#key-combinations button")).to_have_count(12)
        misfits = {}
        windows = [(width, 700, "settings") for width in range(320, 961, 8)]
        for width, height, panel in (*windows, *((*size, panel) for size in SMALL for panel in PANELS)):
            page.page.set_viewport_size(ViewportSize(width=width, height=height))
            page.page.evaluate(LONG_WORDS)
            if found := page.page.evaluate(MISFITS, panel):
                misfits[width, height, panel] = found
        assert misfits == {}


def test_a_notice_in_a_low_window_scrolls_and_keeps_its_head(browser: Browser, moof: MoofProcess) -> None:
    with opened(browser, moof.url, (320, 300)) as page:
        top = page.page.evaluate("""() => {
            document.getElementById("notice").hidden = false;
            document.getElementById("notice-title").textContent = "The emulator has stopped answering";
            document.getElementById("notice-detail").textContent = "It may do so again. ".repeat(12);
            document.getElementById("notice-log").hidden = false;
            return document.querySelector("#notice .glyph").getBoundingClientRect().top;
        }""")
        assert top >= 0
