"""Moof's page in a tab of any browser (support.browser_tabs), driven in coordinates of the Mac's screen."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

from support.browser_tabs import BrowserTab
from support.guest_memory import GuestMemory, Program
from support.mac_page import MENU_ITEM_Y, MOON_MENU
from support.waiting import wait_for_value, wait_until

_TICKS: Final = 0.08
"""Seconds between two actions of the mouse: the Mac samples it sixty times a second."""

_STATS: Final = "return window.moof ? await window.moof.stats() : {}"
_SHOWN: Final = """
const canvas = document.getElementById("display-canvas"), video = document.getElementById("display");
const source = getComputedStyle(canvas).display !== "none" ? canvas : video;
"""
_BOUNDS: Final = (
    _SHOWN + "const box = source.getBoundingClientRect(); return [box.x, box.y, box.width, box.height];"
)
_PLACE: Final = """
document.getElementById("toolbar").classList.remove("away");
const control = document.querySelector("SELECTOR");
const place = () => {
  const { x, y, width, height } = control?.getBoundingClientRect() ?? new DOMRect();
  return [x + width / 2, y + height / 2];
};
const before = place();
for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
const after = place();
const isThere = control?.contains(document.elementFromPoint(...after)) && after.join() === before.join();
return isThere ? after : null;
"""
_COLOURS: Final = (
    _SHOWN
    + """
const copy = Object.assign(document.createElement("canvas"), { width: 320, height: 240 }).getContext("2d");
copy.drawImage(source, 0, 0, 320, 240);
return new Set(new Uint32Array(copy.getImageData(0, 0, 320, 240).data.buffer)).size;
"""
)
_LOUDNESS: Final = """
const stream = document.getElementById("sound").srcObject;
if (!stream) return 0;
window.meter ??= new AudioContext();
await window.meter.resume();
if (window.metered !== stream) {
  window.analyser = window.meter.createAnalyser();
  window.meter.createMediaStreamSource(stream).connect(window.analyser);
  window.metered = stream;
}
const samples = new Float32Array(window.analyser.fftSize);
window.analyser.getFloatTimeDomainData(samples);
return Math.max(...samples.map(Math.abs));
"""


@dataclass
class MacTab:
    """The page in a tab, with a Mac whose memory can be read."""

    tab: BrowserTab
    memory: GuestMemory

    def connect(self, url: str) -> None:
        """Open the page and wait for its picture, and until it can send keys."""
        self.tab.open(url)
        wait_until(lambda: self.is_ready, f"a picture in {self.tab.name}", poll_seconds=0.2)

    @property
    def is_ready(self) -> bool:
        """Whether the page has a picture and can send keys: what it cannot send is lost."""
        found = self.stats()
        return bool(found.get("picture") and found.get("input"))

    def stats(self) -> dict[str, Any]:
        """Return window.moof.stats(), empty while the page is loading."""
        return dict(self.tab.evaluate(_STATS))

    @property
    def colours(self) -> int:
        """The number of different colours in the displayed picture, scaled to 320x240."""
        return int(self.tab.evaluate(_COLOURS))

    @property
    def loudness(self) -> float:
        """The largest sample of the newest 43 ms of sound, from 0 to 1."""
        return float(self.tab.evaluate(_LOUDNESS))

    def click(self, x: float, y: float) -> None:
        """Click at a Mac pixel."""
        self._move(x, y)
        self._button(down=True)
        self._button(down=False)

    def click_control(self, selector: str) -> None:
        """Click the first control that matches a CSS selector, at rest; the toolbar is shown for it."""
        place = self._place_of(selector)
        self.tab.move(*place)
        while (
            moved := self._place_of(selector)
        ) != place:  # the toolbar had hidden itself, or a panel was placed
            place = moved
            self.tab.move(*place)
        self._button(down=True)
        self._button(down=False)

    def _place_of(self, selector: str) -> tuple[float, float]:
        """Wait until nothing covers the middle of a control and it rests; return it in CSS pixels."""
        found: list[float] = []

        def is_found() -> bool:
            found[:] = self.tab.evaluate(_PLACE.replace("SELECTOR", selector)) or []
            return bool(found)

        wait_until(is_found, f"{selector} to be shown, at rest")
        return found[0], found[1]

    def press(self, key: str, modifier: str = "") -> None:
        """Press and release a key, with a modifier held."""
        if modifier:
            self.tab.key_down(modifier)
        self.tab.key_down(key)
        self.tab.key_up(key)
        if modifier:
            self.tab.key_up(modifier)

    def open_program(self, program: Program) -> None:
        """Open a program from the moon menu: press on its title, drag to the item, release."""
        self._move(*MOON_MENU)
        self._button(down=True)
        self._move(MOON_MENU[0] + 30, MENU_ITEM_Y[program])
        self._button(down=False)
        front = self.memory.FRONT_APPLICATION
        wait_for_value(lambda: self.memory.u32(front), program, f"{program.name} in front")

    def _move(self, x: float, y: float) -> None:
        left, top, width, height = self.tab.evaluate(_BOUNDS)
        stats = self.stats()
        self.tab.move(left + (x + 0.5) * width / stats["width"], top + (y + 0.5) * height / stats["height"])
        time.sleep(_TICKS)

    def _button(self, *, down: bool) -> None:
        if down:
            self.tab.button_down()
        else:
            self.tab.button_up()
        time.sleep(_TICKS)
