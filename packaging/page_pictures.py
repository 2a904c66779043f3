"""Takes pictures of the page's states in real browsers: `python packaging/page_pictures.py FOLDER`.

For each browser and size one sheet with all states, to look at; `--single` writes each
state's picture, too. `--tour` writes the pictures of docs/using.md, in Chromium.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support import page_states
from support.browser_tabs import BrowserTab, ChromiumTab, FirefoxTab
from support.browsers import firefox_tab
from support.chromium import CHROMIUM_FLAGS, headless_path
from support.moof_process import MoofProcess, start_moof, stop_moof
from support.page_states import PageState
from support.waiting import wait_until

TOUCH_SIZES = ((320, 568), (390, 844), (844, 390), (820, 1180))
MOUSE_SIZES = ((1366, 657), (2560, 1300))
FIREFOX = {"ui.prefersReducedMotion": 1}
FIREFOX_TOUCH = {
    "ui.primaryPointerCapabilities": 1,
    "ui.allPointerCapabilities": 1,
    "dom.w3c_touch_events.enabled": 1,
}
TOUR = {
    (740, 600): {
        "welcome": "first-visit",
        "toolbar": "controls",
        "settings-picture": "settings",
        "keys": "keys",
        "type": "type",
        "people": "people",
        "pictures": "pictures",
        "latency": "delay",
        "settings-documents": "documents",
    },
    (390, 844): {"keyboard": "telephone"},
}
"""The states in docs/using.md by the window's size, and the names of their pictures."""
SHEET_WIDTH = 2400
LABEL_HEIGHT = 18


class Camera(Protocol):
    """A browser's tab at one size, and how to take its picture."""

    tab: BrowserTab

    def picture(self) -> bytes:
        """Return a PNG file of the viewport."""

    def before_pages(self, script: str) -> Callable[[], None]:
        """Run a script in each page before its own ones, until the returned function is called."""


class ChromiumCamera(Camera):
    """A context of Chromium."""

    def __init__(self, browser: Browser, size: tuple[int, int], ratio: float) -> None:
        """Open a tab: with a touch screen at the sizes of telephones and tablets."""
        touch = size in TOUCH_SIZES
        viewport = {"width": size[0], "height": size[1]}
        self._context = browser.new_context(
            viewport=viewport,
            has_touch=touch,
            is_mobile=touch,
            device_scale_factor=ratio,
            reduced_motion="reduce",
        )
        self._page = self._context.new_page()
        self._scripts: list[str] = []
        self.tab = ChromiumTab(self._page)

    def picture(self) -> bytes:
        """Return a PNG file of the viewport."""
        return self._page.screenshot(timeout=120_000)

    def before_pages(self, script: str) -> Callable[[], None]:
        """Run a script in each page before its own ones; it stays until the camera is closed."""
        page = self._context.new_page()
        page.add_init_script(script)
        before, self._page, self.tab = (self._page, self.tab), page, ChromiumTab(page)

        def remove() -> None:
            page.close()
            self._page, self.tab = before

        return remove

    def close(self) -> None:
        """Close the context."""
        self._context.close()


class FirefoxCamera(Camera):
    """A Firefox's only tab."""

    def __init__(self, tab: FirefoxTab, size: tuple[int, int]) -> None:
        """Set the tab's size."""
        self.tab: FirefoxTab = tab
        tab.set_viewport(*size)

    def picture(self) -> bytes:
        """Return a PNG file of the viewport."""
        return self.tab.picture()

    def before_pages(self, script: str) -> Callable[[], None]:
        """Run a script in each page before its own ones, until the returned function is called."""
        return self.tab.before_pages(script)


@contextlib.contextmanager
def chromium_cameras(
    sizes: list[tuple[int, int]], ratio: float = 1
) -> Iterator[Iterator[tuple[tuple[int, int], Camera]]]:
    """Start a Chromium; a camera for each size."""

    def cameras(browser: Browser) -> Iterator[tuple[tuple[int, int], Camera]]:
        for size in sizes:
            camera = ChromiumCamera(browser, size, ratio)
            yield size, camera
            camera.close()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=headless_path(), args=list(CHROMIUM_FLAGS))
        yield cameras(browser)
        browser.close()


@contextlib.contextmanager
def firefox_cameras(sizes: list[tuple[int, int]]) -> Iterator[Iterator[tuple[tuple[int, int], Camera]]]:
    """Start a Firefox for the sizes of touch screens, and one for the others; a camera for each size."""

    def cameras() -> Iterator[tuple[tuple[int, int], Camera]]:
        for group, settings in ((TOUCH_SIZES, {**FIREFOX, **FIREFOX_TOUCH}), (MOUSE_SIZES, FIREFOX)):
            chosen = [size for size in sizes if size in group]
            if not chosen:
                continue
            with firefox_tab(settings) as tab:
                assert isinstance(tab, FirefoxTab)
                for size in chosen:
                    yield size, FirefoxCamera(tab, size)

    yield cameras()


@dataclass
class Shots:
    """The pictures of one browser at one size, by the names of their states."""

    camera: Camera
    moof: MoofProcess
    language: str
    states: list[str]
    parts: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    """What a picture of a single state shows: left, top, right and bottom edges, CSS pixels."""

    def all(self) -> dict[str, bytes]:
        """Take the pictures of all states."""
        taken: dict[str, bytes] = {}

        def take(name: str) -> None:
            if self._wants(name):
                self.parts[name] = part_of(self.camera, name)
                taken[name] = self.camera.picture()

        self._open()
        if self._wants("welcome"):
            self._first_visit()
            take("welcome")
            self._open()
        for state in page_states.STATES:
            if self._wants(state.name):
                self._enter(state)
                take(state.name)
        if self._wants("off") or self._wants("connecting"):
            self._without_picture(take)
        self._plain_pages(take)
        return taken

    def _wants(self, name: str) -> bool:
        return not self.states or name in self.states

    def _enter(self, state: PageState) -> None:
        state.enter(self.camera.tab)

    def _open(self) -> None:
        tab = self.camera.tab
        tab.open(f"{self.moof.url}/sign-in")
        tab.evaluate(page_states.SECOND_VISIT + page_states.in_language(self.language))
        tab.open(self.moof.url)
        wait_until(self._has_picture, "a picture in the page")
        tab.evaluate(page_states.SHARP)

    def _has_picture(self) -> bool:
        with contextlib.suppress(Exception):  # while a page is left, it answers nothing
            return bool(self.camera.tab.evaluate(page_states.HAS_PICTURE))
        return False

    def _first_visit(self) -> None:
        self.camera.tab.evaluate(page_states.VISIT_FIRST)
        wait_until(self._has_picture, "a picture in the page")
        self.camera.tab.evaluate(page_states.SHARP + page_states.TOOLBAR.steps)

    def _without_picture(self, take: Callable[[str], None]) -> None:
        shown = "return !document.getElementById('notice').hidden"
        page_states.TOOLBAR.enter(self.camera.tab)
        self.moof.post("/api/stop")
        off = "return !document.getElementById('notice-action').hidden"
        wait_until(lambda: self.camera.tab.evaluate(off), "a notice with a button")
        take("off")
        self.moof.post("/api/start")
        wait_until(lambda: not self.camera.tab.evaluate(shown), "the picture again")
        remove = self.camera.before_pages(page_states.NEVER_CONNECTS)
        self.camera.tab.open(self.moof.url)
        wait_until(lambda: self.camera.tab.evaluate(shown), "a notice")
        take("connecting")
        remove()

    def _plain_pages(self, take: Callable[[str], None]) -> None:
        for name, path in (("sign-in", "sign-in"), ("error", "nothing-here")):
            self.camera.tab.open(f"{self.moof.url}/{path}")
            take(name)


def sheet(pictures: dict[str, bytes]) -> Image.Image:
    """Return one image with all pictures, each below its name."""
    images = {name: Image.open(io.BytesIO(data)).convert("RGB") for name, data in pictures.items()}
    width, height = next(iter(images.values())).size
    columns = max(1, min(len(images), round(SHEET_WIDTH / min(width, 800))))
    scale = min(1.0, SHEET_WIDTH / columns / width)
    cell = (round(width * scale) + 8, round(height * scale) + LABEL_HEIGHT)
    rows = -(-len(images) // columns)
    result = Image.new("RGB", (cell[0] * columns, cell[1] * rows), "#888")
    draw = ImageDraw.Draw(result)
    for index, (name, image) in enumerate(images.items()):
        left, top = index % columns * cell[0], index // columns * cell[1]
        draw.text((left + 4, top + 3), name, fill="black")
        result.paste(
            image.resize((cell[0] - 8, cell[1] - LABEL_HEIGHT), Image.Resampling.LANCZOS),
            (left, top + LABEL_HEIGHT),
        )
    return result


def take_sheets(folder: Path, moof: MoofProcess, arguments: argparse.Namespace) -> None:
    """Write a sheet for each browser and size."""
    sizes = [
        (int(width), int(height)) for width, _, height in (text.partition("x") for text in arguments.sizes)
    ]
    starts = {"chromium": chromium_cameras, "firefox": firefox_cameras}
    for browser in arguments.browsers:
        with starts[browser](sizes) as cameras:
            for size, camera in cameras:
                begun = time.monotonic()
                pictures = Shots(camera, moof, arguments.language, arguments.states).all()
                name = f"{browser}-{size[0]}x{size[1]}-{arguments.language}"
                sheet(pictures).save(folder / f"{name}.png")
                for state, data in pictures.items() if arguments.single else ():
                    (folder / f"{name}-{state}.png").write_bytes(data)
                print(f"{name}: {len(pictures)} states, {time.monotonic() - begun:.0f} s", flush=True)


def part_of(camera: Camera, state: str) -> tuple[float, float, float, float]:
    """Return the edges of what docs/using.md shows of a state: its panel, or the whole window."""
    parts = {each.name: each.part for each in page_states.STATES} | {"toolbar": "#toolbar"}
    selector, margin = parts.get(state, "html"), 14
    if selector in ("html", "#mac-keyboard"):
        selector, margin = "html", 0
    box = f"document.querySelector('{selector}').getBoundingClientRect()"
    edges = camera.tab.evaluate(
        f"const {{ left, top, right, bottom }} = {box}; return [left, top, right, bottom];"
    )
    return edges[0] - margin, edges[1] - margin, edges[2] + margin, edges[3] + margin


def take_tour(folder: Path, moof: MoofProcess) -> None:
    """Write the pictures of docs/using.md."""
    for size, names in TOUR.items():
        ratio = 2 if size in TOUCH_SIZES else 1
        with chromium_cameras([size], ratio) as cameras:
            for _, camera in cameras:
                shots = Shots(camera, moof, "en", list(names))
                pictures = shots.all()
                for state, data in pictures.items():
                    image = Image.open(io.BytesIO(data)).convert("RGB")
                    left, top, right, bottom = shots.parts[state]
                    edges = (max(0, left), max(0, top), min(size[0], right), min(size[1], bottom))
                    image = image.crop(tuple(round(ratio * edge) for edge in edges)).quantize(64)
                    image.save(folder / f"tour-{names[state]}.png", optimize=True)


def main() -> None:
    """Start a Moof and take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--browsers", nargs="+", default=["chromium", "firefox"])
    parser.add_argument(
        "--sizes", nargs="+", default=[f"{width}x{height}" for width, height in TOUCH_SIZES + MOUSE_SIZES]
    )
    parser.add_argument("--states", nargs="+", default=[])
    parser.add_argument("--language", default="en")
    parser.add_argument("--mac-size", default="1024x768")
    parser.add_argument("--single", action="store_true")
    parser.add_argument("--tour", action="store_true")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            XDG_DATA_HOME=f"{folder}/data", XDG_STATE_HOME=f"{folder}/state", MOOF_CONFIG=os.devnull
        )
        mac_size = "640x480" if arguments.tour else arguments.mac_size
        moof = start_moof(Path(folder), "--size", mac_size, "--documents", f"{folder}/documents")
        try:
            if arguments.tour:
                take_tour(arguments.folder, moof)
            else:
                take_sheets(arguments.folder, moof, arguments)
        finally:
            stop_moof(moof)


if __name__ == "__main__":
    main()
