"""From hand to eye: a click on the Test Card inverts a patch, and the page sees it in its own pixels.

`python bench/latency.py` runs the built-in Mac, the server and a headless Chromium, and prints two Markdown
tables: click → photon, and the parts of a ping's way as the page measures them. Measure when nothing else
runs.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from stage import HERE, chromium, process, quantile, table

FRONT_POSITION = 0x0B10
TITLE_BAR = 20
PATCH = 16


def front_position(memory: Path) -> tuple[int, int]:
    """Where the guest's front window is, from low memory (docs/guest.md)."""
    with memory.open("rb") as file:
        file.seek(FRONT_POSITION)
        raw = file.read(4)
    return int.from_bytes(raw[:2], "big", signed=True), int.from_bytes(raw[2:], "big", signed=True)


def place(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a Mac pixel is on the page, in CSS pixels."""
    box = page.locator("#screen").bounding_box()
    assert box is not None
    size = page.evaluate("async () => { const s = await window.moof.stats(); return [s.width, s.height]; }")
    return box["x"] + x * box["width"] / size[0], box["y"] + y * box["height"] / size[1]


def clicks(page: Page, spot: tuple[float, float], count: int) -> list[float]:
    """Click so often, at moments that have nothing to do with the Mac's ticks; ms until each was seen."""
    page.mouse.move(*spot)
    for _ in range(count):
        page.mouse.down()
        page.wait_for_timeout(60)
        page.mouse.up()
        page.wait_for_timeout(random.uniform(250, 300))
    return list(page.evaluate("() => patchFlips"))


def measure(codec: str, size: str, count: int) -> tuple[list[str], list[str], list[str]]:
    """One codec: its line of the first table, and two of the second."""
    with tempfile.TemporaryDirectory() as folder:
        memory = Path(folder) / "memory"
        run = [
            sys.executable,
            "-m",
            "moof",
            "run",
            "--http-port",
            "0",
            "--signaling-port",
            "0",
            "--xpram",
            "none",
        ]
        run += ["--codec", codec, "--size", size, "--memory-file", str(memory)]
        with process(run, "Open ") as (_, line), chromium() as page:
            page.goto(line.split()[1])
            page.wait_for_function("async () => window.moof && (await window.moof.stats()).frames > 2")
            page.locator("#screen").focus()
            page.wait_for_timeout(1000)
            page.keyboard.press("Alt+KeyT", delay=60)
            page.wait_for_timeout(1000)
            page.keyboard.press("Space", delay=60)
            page.wait_for_timeout(500)
            x, y = front_position(memory)
            corner = (x + PATCH, y + TITLE_BAR + PATCH)
            page.evaluate((HERE / "watch_patch.js").read_text(), list(corner))
            flips = clicks(page, place(page, corner[0] + 60, corner[1] + 30), count)
            stats = page.evaluate("async () => window.moof.stats()")
    seen = [codec, f"{quantile(flips, 0.5):.0f}/{quantile(flips, 0.95):.0f}", f"{len(flips)} of {count}"]
    parts = [
        [f"{codec} {name}", *(f"{ms:.1f}" for ms in stats[key].values())]
        for name, key in (("p50", "latency"), ("p95", "latency95"))
    ]
    return seen, parts[0], parts[1]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--codecs", default="h264,png")
    arguments.add_argument("--size", default="1024x768")
    arguments.add_argument("--clicks", type=int, default=40)
    options = arguments.parse_args()
    measured = [measure(codec, options.size, options.clicks) for codec in options.codecs.split(",")]
    print(f"Click on the Test Card → seen in the page's pixels, ms, at {options.size}\n")
    print(table(["codec", "p50/p95", "seen"], [seen for seen, _, _ in measured]) + "\n")
    head = [
        "way of a ping, ms",
        "up",
        "ipc",
        "mac",
        "wait",
        "encode",
        "network",
        "buffer",
        "decode",
        "display",
    ]
    print(table([*head, "total"], [line for _, *lines in measured for line in lines]))


if __name__ == "__main__":
    main()
