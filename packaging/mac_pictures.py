"""Takes the pictures of docs/bring-your-own.md: `python packaging/mac_pictures.py FOLDER`.

The Mac is a stand-in for Basilisk II, which the tests have; its ROM is made up.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support import page_states
from support.basilisk_home import BasiliskHome, make_home
from support.chromium import CHROMIUM_FLAGS, headless_path
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.waiting import wait_until

MARGIN = 14


def open_page(page: Page, moof: MoofProcess) -> None:
    """Open the page as at a second visit, with the settings of the Mac."""
    page.goto(f"{moof.url}/sign-in")
    page.evaluate(page_states.SECOND_VISIT)
    page.goto(moof.url)
    page.wait_for_function("async () => window.moof && (await window.moof.stats()).picture")
    show_macs(page)


def show_macs(page: Page) -> None:
    """Open the tab "The Mac" of the settings."""
    page.evaluate('document.getElementById("settings-panel").showPopover()')
    page.locator("#mac-tab").click()
    page.locator("#macs-list li").first.wait_for()


def set_up(page: Page, home: BasiliskHome, folder: Path) -> None:
    """Answer the questions about a Mac; take a picture of the one for its ROM."""
    page.locator("#mac-add").click()
    page.locator("#add-mac-next").click()
    page.locator("#add-mac-answer input[type=file]").set_input_files(home.folder / "swapped.rom")
    page.locator("#add-mac-note:not(:empty)", has_text="Quadra").wait_for()
    take(page, folder / "add-mac-rom.png")
    while page.locator("#add-mac-heading").inner_text() != "Name of the Mac":
        page.locator("#add-mac-next").click()
    page.locator("#add-mac-answer input").fill("quadra")
    page.locator("#add-mac-next").click()


def take(page: Page, file: Path) -> None:
    """Write a picture of the settings."""
    page.wait_for_timeout(500)  # the panel's transition
    box = page.locator("#settings-panel").bounding_box()
    assert box is not None
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    left, top = box["x"] - MARGIN, box["y"] - MARGIN
    edges = (left, top, box["x"] + box["width"] + MARGIN, box["y"] + box["height"] + MARGIN)
    image.crop(tuple(map(round, edges))).quantize(64).save(file, optimize=True)  # type: ignore[arg-type]


def take_all(folder: Path, home: BasiliskHome, moof: MoofProcess) -> None:
    """Set a Mac up, copy it, and take both pictures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=headless_path(), args=list(CHROMIUM_FLAGS))
        page = browser.new_page(viewport={"width": 740, "height": 760}, reduced_motion="reduce")
        open_page(page, moof)
        set_up(page, home, folder)
        wait_until(lambda: moof.status()["emulator"]["width"] == 800, "the new Mac")
        show_macs(page)
        for _ in range(2):
            page.locator("#macs-list button", has_text="Start").or_(
                page.locator("#macs-list button.asking")
            ).first.click()
        wait_until(lambda: moof.status()["emulator"]["width"] == 640, "the built-in Mac")
        show_macs(page)
        page.locator("#macs-list button", has_text="Duplicate").click()
        page.locator("#macs-list li").nth(2).wait_for()
        take(page, folder / "macs.png")
        browser.close()


def main() -> None:
    """Take the pictures."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        home = make_home(Path(temporary))
        moof = start_moof(home.folder, "--size", "640x480", environment=home.environment)
        try:
            take_all(folder, home, moof)
        finally:
            stop_moof(moof)


if __name__ == "__main__":
    main()
