"""Input to display: a click on the Test Card inverts a patch, and the page detects that in its own pixels.

`python bench/latency.py` runs the built-in Mac, the server and a headless Chromium, and prints two Markdown
tables: from click to display, and the stages of a ping's round trip as the page measures them. Measure when
nothing else runs.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.tables import quantile, table
from harness.testbed import browser_page
from support.mac_page import MacPage
from support.moof_process import MoofProcess, start_moof

# In the Test Card's window, from its frame's top left corner, in Mac pixels: a point of the inverted patch,
# and where the mouse clicks.
PATCH_POINT = (16, 36)
CLICK_POINT = (76, 66)
STAGES = ["up", "ipc", "mac", "wait", "encode", "network", "buffer", "decode", "display"]


def open_test_card(mac: MacPage, moof: MoofProcess) -> tuple[int, int]:
    """Open the Test Card and stop its motion; return the window's position."""
    page, memory = mac.page, moof.memory()
    page.locator("#screen").focus()
    page.wait_for_timeout(1000)
    page.keyboard.press("Alt+KeyT", delay=60)
    page.wait_for_timeout(1000)
    page.keyboard.press("Space", delay=60)
    page.wait_for_timeout(500)
    return memory.pair(memory.FRONT_POSITION)


def clicks(mac: MacPage, x: int, y: int, count: int) -> list[float]:
    """Click at moments unrelated to the Mac's ticks; return the ms until each click was displayed."""
    page = mac.page
    mac.move(x, y)
    for _ in range(count):
        page.mouse.down()
        page.wait_for_timeout(60)
        page.mouse.up()
        page.wait_for_timeout(random.uniform(250, 300))
    return mac.pixel_flips


@dataclass(frozen=True)
class Delays:
    """The ms from each click to its display, and the page's own figures."""

    flips: list[float]
    stats: dict[str, Any]


def measure(codec: str, size: str, count: int) -> Delays:
    """Measure one codec."""
    with tempfile.TemporaryDirectory() as folder:
        moof = start_moof(Path(folder), "--codec", codec, "--size", size)
        try:
            with browser_page() as page:
                mac = MacPage(page)
                page.goto(moof.url)
                mac.wait_for_picture(3)
                x, y = open_test_card(mac, moof)
                mac.watch_pixel(x + PATCH_POINT[0], y + PATCH_POINT[1])
                flips = clicks(mac, x + CLICK_POINT[0], y + CLICK_POINT[1], count)
                return Delays(flips, mac.stats())
        finally:
            moof.stop()


def rows_of(codec: str, count: int, delays: Delays) -> tuple[list[str], list[str], list[str]]:
    """Return a codec's line of the first table and two of the second."""
    flips, stats = delays.flips, delays.stats
    displayed = [codec, f"{quantile(flips, 0.5):.0f}/{quantile(flips, 0.95):.0f}", f"{len(flips)} of {count}"]
    p50, p95 = (
        [f"{codec} {name}", *(f"{ms:.1f}" for ms in stats[key].values())]
        for name, key in (("p50", "latency"), ("p95", "latency95"))
    )
    return displayed, p50, p95


def main() -> None:
    """Measure the codecs that the options name."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--codecs", default="h264,png")
    arguments.add_argument("--size", default="1024x768")
    arguments.add_argument("--clicks", type=int, default=40)
    options = arguments.parse_args()
    measured = [
        rows_of(codec, options.clicks, measure(codec, options.size, options.clicks))
        for codec in options.codecs.split(",")
    ]
    print(f"Click on the Test Card → displayed in the page's pixels, ms, at {options.size}\n")
    print(table(["codec", "p50/p95", "displayed"], [displayed for displayed, _, _ in measured]) + "\n")
    lines = [line for _, *lines in measured for line in lines]
    print(table(["round trip of a ping, ms", *STAGES, "total"], lines))


if __name__ == "__main__":
    main()
