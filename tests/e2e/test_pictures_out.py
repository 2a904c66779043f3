"""What the page gives away: pictures, recordings, a window; and what it says first and asks once."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Download, Locator, Page, expect

from support.first_visit import first_visit
from support.guest_memory import GuestMemory
from support.mac_page import VIEWPORT, MacPage
from support.moof_process import MoofProcess
from support.waiting import wait_until

pytestmark = pytest.mark.browser

COPIED_PIXELS = """async () => {
    const [item] = await navigator.clipboard.read();
    const image = await createImageBitmap(await item.getType("image/png"));
    const copy = new OffscreenCanvas(image.width, image.height).getContext("2d");
    copy.drawImage(image, 0, 0);
    return [image.width, image.height, ...copy.getImageData(0, 0, image.width, 40).data];
}"""
FILM = """async (bytes) => {
    const data = Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0));
    const video = document.createElement("video");
    video.src = URL.createObjectURL(new Blob([data], { type: "video/webm" }));
    await new Promise((resolve, reject) => { video.onloadeddata = resolve; video.onerror = reject; });
    const sound = await new OfflineAudioContext(2, 1, 48000).decodeAudioData(data.buffer);
    return [video.videoWidth, video.videoHeight, sound.duration];
}"""


@pytest.fixture(scope="module")
def watcher(browser: Browser, moof: MoofProcess) -> Iterator[Page]:
    """Open a page that only watches, by its address, with a lossless codec."""
    permissions = ["clipboard-read", "clipboard-write"]
    context = browser.new_context(viewport=VIEWPORT, permissions=permissions)
    page = context.new_page()
    MacPage(page).connect(f"{moof.url}/?codec=png&view=1")
    page.wait_for_selector("#display-canvas", state="visible")
    yield page
    context.close()


def open_panel(page: Page, name: str) -> Locator:
    """Show the toolbar and a panel of it."""
    page.keyboard.press("Control+Alt+m")
    page.locator(f"#{name}").click()
    return page.locator(f"#{name}-panel")


def choose(page: Page, text: str) -> None:
    open_panel(page, "pictures").get_by_role("button", name=text).click()


def saved(download: Download, folder: Path, extension: str) -> Path:
    assert re.fullmatch(
        rf"Moof \d{{4}}-\d\d-\d\d at \d\d\.\d\d\.\d\d\.{extension}", download.suggested_filename
    )
    download.save_as(folder / download.suggested_filename)
    return folder / download.suggested_filename


def without_clock(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the picture below the menu bar, in which a clock goes on."""
    return pixels[20:, :, :3]


def test_screenshot_has_the_pixels_of_the_mac(watcher: Page, memory: GuestMemory, tmp_path: Path) -> None:
    with watcher.expect_download() as download:
        choose(watcher, "Save the picture")
    with Image.open(saved(download.value, tmp_path, "png")) as image:
        picture = np.asarray(image.convert("RGB"))
    assert np.array_equal(without_clock(picture), without_clock(memory.framebuffer(640, 480)))
    expect(watcher.locator("#hint")).to_contain_text("Saved: Moof ")


def test_screenshot_goes_to_the_clipboard(watcher: Page, memory: GuestMemory) -> None:
    choose(watcher, "Copy the picture")
    expect(watcher.locator("#hint")).to_contain_text("clipboard")
    width, height, *values = watcher.evaluate(COPIED_PIXELS)
    assert (width, height) == (640, 480)
    copied = np.array(values, np.uint8).reshape(40, 640, 4)
    assert np.array_equal(without_clock(copied), without_clock(memory.framebuffer(640, 480)[:40]))


def test_recording_has_picture_and_sound_and_a_sign(watcher: Page, tmp_path: Path) -> None:
    sign = watcher.locator("#recording")
    expect(sign).to_be_hidden()
    choose(watcher, "Record picture and sound")
    expect(sign).to_contain_text("0:01")
    expect(watcher).to_have_title("● Moof")
    with watcher.expect_download() as download:
        sign.click()
    expect(sign).to_be_hidden()
    expect(watcher).to_have_title("Moof")
    film = saved(download.value, tmp_path, "webm")
    width, height, seconds = watcher.evaluate(FILM, base64.b64encode(film.read_bytes()).decode())
    assert (width, height) == (640, 480)
    assert seconds > 0.5


def test_browser_that_cannot_record_says_so(watcher: Page) -> None:
    watcher.evaluate("() => { window.Kept = MediaRecorder; delete window.MediaRecorder; }")
    choose(watcher, "Record picture and sound")
    expect(watcher.locator("#hint")).to_contain_text("This browser cannot record")
    watcher.evaluate("() => { window.MediaRecorder = window.Kept; }")
    expect(watcher.locator("#recording")).to_be_hidden()


def test_picture_in_a_window_opens_and_closes(watcher: Page) -> None:
    choose(watcher, "Picture in a window")
    watcher.wait_for_function("() => document.pictureInPictureElement?.videoWidth === 640")
    choose(watcher, "Close the window")
    watcher.wait_for_function("() => document.pictureInPictureElement === null")


def test_page_that_only_watches_sends_the_mac_nothing(watcher: Page, moof: MoofProcess) -> None:
    mac = moof.memory()
    before, ignored = mac.mouse, watcher.request.get(f"{moof.url}/api/status").json()["inputs_ignored"]
    MacPage(watcher).click(300, 200)
    expect(watcher.locator("#keys")).to_be_hidden()
    watcher.keyboard.press("a")
    pings = MacPage(watcher).stats()["latencySamples"]
    wait_until(lambda: MacPage(watcher).stats()["latencySamples"] > pings + 1, "pings after the click")
    assert mac.mouse == before
    assert watcher.request.get(f"{moof.url}/api/status").json()["inputs_ignored"] == ignored


def test_first_visit_is_welcomed_until_it_is_dismissed(browser: Browser, moof: MoofProcess) -> None:
    with first_visit(browser, viewport=VIEWPORT) as context:
        mac_page = MacPage(context.new_page())
        mac_page.connect(moof.url)
        welcome = mac_page.page.locator("#welcome")
        expect(welcome.locator("p")).to_have_count(3)
        expect(welcome).to_contain_text("classic Macintosh")
        mac_page.page.get_by_role("button", name="Got it").click()
        expect(welcome).to_be_hidden()
        expect(mac_page.page.locator("#screen:focus-within")).to_be_attached()
        mac_page.page.reload()
        mac_page.wait_for_picture()
        expect(welcome).to_be_hidden()


def test_reset_asks_once(mac_page: MacPage, memory: GuestMemory) -> None:
    started = memory.u32(0x16A)  # Ticks, since the Mac's start
    reset = open_panel(mac_page.page, "power").locator("#reset")
    reset.click()
    expect(reset).to_have_text("Reset? Unsaved work is lost")
    mac_page.page.keyboard.press("Escape")
    reset = open_panel(mac_page.page, "power").locator("#reset")
    expect(reset).to_have_text("Reset")
    reset.click()
    assert memory.u32(0x16A) >= started
    reset.click()
    wait_until(lambda: memory.u32(0x16A) < started, "the Mac to begin again")


def test_automatic_says_which_codec_is_in_use(mac_page: MacPage) -> None:
    mac_page.choose_codec("h264")
    mac_page.page.locator("#codec").select_option("auto", force=True)
    expect(mac_page.page.locator("#codec option:checked")).to_have_text(re.compile(r"[\w. :]+, automatic"))
    expect(mac_page.page.locator("#codec-note")).to_have_text(re.compile("the server has chosen"))


def test_link_to_full_screen_waits_for_a_click(browser: Browser, moof: MoofProcess) -> None:
    context = browser.new_context(viewport=VIEWPORT)
    page = context.new_page()
    page.goto(f"{moof.url}/?fullscreen=1")
    expect(page.locator("#hint")).to_have_text("Click or press a key for full screen")
    page.mouse.click(20, 20)
    page.wait_for_function("() => document.fullscreenElement !== null")
    context.close()
