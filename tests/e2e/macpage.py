"""The page as its user handles it: the mouse in Mac pixels, the keyboard, and what is on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from guestmemory import GuestMemory, Program
from numpy.typing import NDArray
from patience import wait_until
from playwright.sync_api import Page

from stage import shown_pixels

SHIFTED_SIGNS = '!@#$%^&*()_+{}|:"<>?~'

# Where the moon's menu is, and the middle of each of its rows, in Mac pixels.
MOON_MENU = (27, 9)
MENU_ROWS = {
    Program.ABOUT: 30,
    Program.CALCULATOR: 57,
    Program.MONITORS: 75,
    Program.NOTES: 93,
    Program.SKETCH: 111,
    Program.SOUND: 129,
    Program.TEST_CARD: 147,
}


@dataclass
class MacPage:
    """The page as its user handles it: the mouse in Mac pixels, the keyboard, and what is on the screen."""

    page: Page

    def connect(self, url: str) -> None:
        """Open the page and wait for the first pictures."""
        self.page.goto(url)
        self.wait_for_picture()

    def stats(self) -> dict[str, Any]:
        """window.moof.stats()."""
        return dict(self.page.evaluate("async () => window.moof ? await window.moof.stats() : {}"))

    def wait_for_picture(self) -> None:
        """Wait until frames are shown."""
        wait_until(lambda: self.stats().get("frames", 0) > 0, "a picture in the page")

    def choose_codec(self, name: str) -> None:
        """Change this viewer's codec as the toolbar does, and wait for the element that shows it."""
        viewport = self.page.viewport_size
        assert viewport is not None
        # The bar comes out when the pointer approaches it.
        self.page.mouse.move(viewport["width"] / 2, viewport["height"] - 4)
        self.page.locator("#codec").select_option(name)
        visible = "#display-canvas" if name in ("png", "webp") else "#display"
        self.page.wait_for_selector(visible, state="visible")

    def use_codec(self, name: str) -> None:
        """The same, and wait until the server says so; not for "auto", which it answers with another."""
        self.choose_codec(name)
        wait_until(lambda: self.stats()["codec"] == name, f"the codec to be {name}")

    @property
    def screen(self) -> Any:
        """The element that shows the Mac now."""
        canvas = self.page.locator("#display-canvas")
        return canvas if canvas.is_visible() else self.page.locator("#display")

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a Mac pixel is on the page, in CSS pixels."""
        box = self.screen.bounding_box()
        width, height = self.mac_size()
        return box["x"] + (x + 0.5) * box["width"] / width, box["y"] + (y + 0.5) * box["height"] / height

    def mac_size(self) -> tuple[int, int]:
        """Width and height of the Mac's screen in pixels, as the page shows it."""
        found = self.page.evaluate(
            """() => {
                const canvas = document.getElementById("display-canvas");
                const video = document.getElementById("display");
                return getComputedStyle(canvas).display !== "none"
                    ? [canvas.width, canvas.height] : [video.videoWidth, video.videoHeight];
            }"""
        )
        return int(found[0]), int(found[1])

    def move(self, x: float, y: float) -> None:
        """Move the Mac's mouse there."""
        self.page.mouse.move(*self.place(x, y))

    def click(self, x: float, y: float) -> None:
        """Click there; the Mac looks at its mouse sixty times a second, so the button stays down a while."""
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
        """What the page shows, uint8 (height, width, 3) RGB, at the Mac's own size."""
        return shown_pixels(self.page, *self.mac_size())

    def type_text(self, text: str) -> None:
        """Type as hands do: playwright alone would leave Shift out of capitals and signs."""
        for character in text:
            if shifted := character.isupper() or character in SHIFTED_SIGNS:
                self.page.keyboard.down("ShiftLeft")
            self.page.keyboard.press(character, delay=10)
            if shifted:
                self.page.keyboard.up("ShiftLeft")

    def open_program(self, memory: GuestMemory, program: Program) -> None:
        """Open a program from the moon's menu, by pulling the menu down as one did then."""
        self.move(*MOON_MENU)
        self.page.mouse.down()
        self.page.wait_for_timeout(80)
        self.move(MOON_MENU[0] + 30, MENU_ROWS[program])
        self.page.wait_for_timeout(80)
        self.page.mouse.up()
        wait_until(lambda: memory.u32(memory.FRONT_APPLICATION) == program, f"{program.name} in front")

    def close_front_window(self, memory: GuestMemory) -> None:
        """Close the guest's front window with ⌘W: the Test Card's flees from the mouse."""
        windows = memory.u32(memory.WINDOWS)
        self.page.keyboard.press("Alt+KeyW")
        wait_until(lambda: memory.u32(memory.WINDOWS) < windows, "the front window to close")
