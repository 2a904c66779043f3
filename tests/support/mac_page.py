"""Page object of Moof's page: the mouse in Mac pixels, the keyboard, and the displayed picture."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, ViewportSize

from support.guest_memory import GuestMemory, Program
from support.waiting import wait_for_value, wait_until

VIEWPORT = ViewportSize(width=1000, height=630)
"""A Mac of 640 x 480 pixels has its own size there; the processor draws each pixel."""
WATCH_PIXEL = Path(__file__).parent / "page" / "watch_pixel.js"
PLACE = """() => {
    const canvas = document.getElementById("display-canvas");
    const video = document.getElementById("display");
    const isCanvas = getComputedStyle(canvas).display !== "none";
    const { x, y, width, height } = (isCanvas ? canvas : video).getBoundingClientRect();
    const size = isCanvas ? [canvas.width, canvas.height] : [video.videoWidth, video.videoHeight];
    return [x, y, width, height, ...size];
}"""
"""Returns where the Mac's screen is on the page, in CSS pixels, and its size in its own, in one request."""
SHIFTED_SIGNS = '!@#$%^&*()_+{}|:"<>?~'

# The title of the Apple menu's counterpart, a moon, and the middle of each of its items, in Mac pixels.
MOON_MENU = (27, 9)
MENU_ITEM_Y = {
    Program.ABOUT: 30,
    Program.CALCULATOR: 57,
    Program.KEYBOARD: 75,
    Program.MONITORS: 93,
    Program.NOTES: 111,
    Program.SKETCH: 129,
    Program.SOUND: 147,
    Program.TEST_CARD: 165,
}


def show_toolbar(page: Page) -> None:
    """Show the toolbar, which hides itself soon after the picture came; it stays while it has the focus."""
    page.keyboard.press("Control+Alt+m")


def shown_frames(page: Page) -> int:
    """Return how many frames the page has displayed, 0 while it is loading."""
    return int(page.evaluate("async () => window.moof ? (await window.moof.stats()).frames || 0 : 0"))


def shown_pixels(page: Page, width: int, height: int) -> NDArray[np.uint8]:
    """Return the displayed picture, uint8 (height, width, 3) RGB, scaled to the Mac's own size."""
    encoded = page.evaluate(
        """([width, height]) => {
            const canvas = document.getElementById("display-canvas");
            const video = document.getElementById("display");
            const source = getComputedStyle(canvas).display !== "none" ? canvas : video;
            const copy = new OffscreenCanvas(width, height).getContext("2d");
            copy.drawImage(source, 0, 0, width, height);
            const bytes = copy.getImageData(0, 0, width, height).data;
            let text = "";
            for (let at = 0; at < bytes.length; at += 32768)
                text += String.fromCharCode(...bytes.subarray(at, at + 32768));
            return btoa(text);
        }""",
        [width, height],
    )
    return np.frombuffer(base64.b64decode(encoded), np.uint8).reshape(height, width, 4)[:, :, :3]


@dataclass
class MacPage:
    """Moof's page in a browser tab, driven in coordinates of the Mac's screen."""

    page: Page

    def connect(self, url: str) -> None:
        """Open the page and wait for the first frames, and for the way of keys and mouse."""
        self.page.goto(url)
        self.wait_for_picture()

    def stats(self) -> dict[str, Any]:
        """Return window.moof.stats(), empty while the page is loading."""
        return dict(self.page.evaluate("async () => window.moof ? await window.moof.stats() : {}"))

    @property
    def frames(self) -> int:
        """The number of frames that the page has displayed."""
        return shown_frames(self.page)

    def wait_for_picture(self, count: int = 1) -> None:
        """Wait until the page has displayed `count` frames, and can send: what it cannot send is lost."""

        def is_ready() -> bool:
            found = self.stats()
            return bool(found.get("frames", 0) >= count and found.get("input"))

        wait_until(is_ready, "a picture in the page, and the way of keys and mouse")

    def wait_for_frames(self, count: int) -> None:
        """Wait until the page has displayed `count` more frames than now."""
        before = self.frames
        wait_until(lambda: self.frames >= before + count, f"{count} more frames")

    def choose_codec(self, name: str) -> None:
        """Change this viewer's codec in the settings, and wait for the element that displays it."""
        self.page.locator("#codec").select_option(name, force=True)  # the panel would cover the picture
        visible = "#display-canvas" if name in ("png", "webp") else "#display"
        self.page.wait_for_selector(visible, state="visible")

    def use_codec(self, name: str) -> None:
        """Change the codec and wait until the server reports it; not for "auto", which it resolves."""
        self.choose_codec(name)
        wait_for_value(lambda: self.stats()["codec"], name, f"the codec to be {name}")

    def css_position(self, x: float, y: float) -> tuple[float, float]:
        """Return where the middle of a Mac pixel is on the page, in CSS pixels."""
        left, top, css_width, css_height, width, height = self.page.evaluate(PLACE)
        return left + (x + 0.5) * css_width / width, top + (y + 0.5) * css_height / height

    def mac_size(self) -> tuple[int, int]:
        """Return width and height of the Mac's screen in pixels, as the page displays it."""
        found = self.page.evaluate(PLACE)[4:]
        return int(found[0]), int(found[1])

    def move(self, x: float, y: float) -> None:
        """Move the Mac's mouse there."""
        self.page.mouse.move(*self.css_position(x, y))

    def click(self, x: float, y: float) -> None:
        """Click there; the Mac samples its mouse sixty times a second, so the button stays down longer."""
        self.move(x, y)
        self.page.mouse.down()
        self.page.wait_for_timeout(60)
        self.page.mouse.up()
        self.page.wait_for_timeout(60)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag from one Mac pixel to another."""
        self.move(*start)
        self.page.mouse.down()
        for step in range(1, 11):
            x = start[0] + (end[0] - start[0]) * step / 10
            y = start[1] + (end[1] - start[1]) * step / 10
            self.move(x, y)
            self.page.wait_for_timeout(20)
        self.page.mouse.up()

    def pixels(self) -> NDArray[np.uint8]:
        """Return the displayed picture, uint8 (height, width, 3) RGB, at the Mac's own size."""
        return shown_pixels(self.page, *self.mac_size())

    def watch_pixel(self, x: float, y: float) -> None:
        """Start to record the changes of a displayed Mac pixel between dark and light; see `pixel_flips`."""
        self.page.evaluate(WATCH_PIXEL.read_text(), [x, y])

    @property
    def pixel_flips(self) -> list[float]:
        """The ms from the last press of the mouse to each recorded change of the watched pixel."""
        return list(self.page.evaluate("() => window.pixelFlips"))

    def type_text(self, text: str) -> None:
        """Type with Shift where a character needs it: playwright alone leaves it out."""
        for character in text:
            if shifted := character.isupper() or character in SHIFTED_SIGNS:
                self.page.keyboard.down("ShiftLeft")
            self.page.keyboard.press(character, delay=10)
            if shifted:
                self.page.keyboard.up("ShiftLeft")

    def open_program(self, memory: GuestMemory, program: Program) -> None:
        """Open a program from the moon menu: press on its title, drag to the item, release."""
        self.move(*MOON_MENU)
        self.page.mouse.down()
        self.page.wait_for_timeout(80)
        self.move(MOON_MENU[0] + 30, MENU_ITEM_Y[program])
        self.page.wait_for_timeout(80)
        self.page.mouse.up()
        wait_for_value(lambda: memory.u32(memory.FRONT_APPLICATION), program, f"{program.name} in front")

    def open_empty_document(self, memory: GuestMemory) -> None:
        """Open Notes from the moon menu, with a new document."""
        self.open_program(memory, Program.NOTES)
        self.page.keyboard.press("Alt+KeyN")
        wait_for_value(lambda: memory.notes, "", "an empty document")

    def close_front_window(self, memory: GuestMemory) -> None:
        """Close the guest's front window with ⌘W: the Test Card's moves away from the mouse."""
        windows = memory.u32(memory.WINDOWS)
        self.page.keyboard.press("Alt+KeyW")
        wait_until(lambda: memory.u32(memory.WINDOWS) < windows, "the front window to close")


@contextlib.contextmanager
def new_mac_page(browser: Browser) -> Iterator[MacPage]:
    """Open an empty tab in a browser context of its own, which is closed afterwards."""
    context = browser.new_context(viewport=VIEWPORT)
    try:
        yield MacPage(context.new_page())
    finally:
        context.close()
