"""One X program in a tab by Moof, by noVNC on TigerVNC's Xvnc, and by Selkies, where they are installed.

`python bench/rivals.py` prints one Markdown table of medians over rounds in turns, and names what is not
installed: CPU of X server, bridge, encoder and server together for each shown frame, bits, the time from
drawing to display and from key to display, while a window is dragged at 59.31 frames a second and while it
rests. The program is sources/sdl_drag.py; its own CPU and Chromium's do not count. Measure when nothing else
runs.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import os
import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from harness import PAGE
from harness.process_resources import cpu_seconds, sent_bytes
from harness.rivals import HEIGHT, WIDTH, Rival, Running, rivals
from harness.tables import quantile, table
from harness.testbed import browser, source_command
from support.shown_pictures import medians, picture_error
from support.waiting import wait_until

START_SECONDS = 40.0
SETTLE_SECONDS = 2.5
HEAD = [
    "",
    "fps shown",
    "CPU ms/shown frame",
    "Mb/s",
    "drawn → displayed p50/p95 ms",
    "key → displayed, dragging",
    "resting",
    "CPU at rest",
    "wrong at rest",
]


@dataclass
class Measured:
    """A rival's rounds: figures by name, and the last picture at rest."""

    rounds: list[dict[str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    failure: str = ""


class Session:
    """A page that shows the program."""

    def __init__(self, page: Page, running: Running, picture: Path) -> None:
        self.page, self.running, self.picture = page, running, picture

    def cpu(self) -> float:
        """Return the seconds of CPU so far."""
        total = 0.0
        for pid in self.running.pids():
            with contextlib.suppress(OSError):
                total += cpu_seconds(pid)
        return total

    def shown(self) -> int:
        """Return how many pictures have been displayed."""
        return int(self.page.evaluate("() => window.rival.shown"))

    def received(self) -> dict[str, int]:
        """Return the bytes that the page has received, by TCP connection and over WebRTC."""
        webrtc = int(self.page.evaluate((PAGE / "rival_bytes.js").read_text()))
        return {"WebRTC": webrtc} | sent_bytes(urlsplit(self.running.url).port or 80)

    def received_since(self, before: dict[str, int]) -> int:
        """Return the bytes that the page has received since then."""
        return sum(size - before.get(name, 0) for name, size in self.received().items())

    def dragging(self, seconds: float) -> dict[str, float]:
        """Measure the moving picture."""
        self.page.evaluate("() => { window.rival.drawn.length = 0; }")
        cpu, shown, received, began = self.cpu(), self.shown(), self.received(), time.monotonic()
        self.page.wait_for_timeout(seconds * 1000)
        frames, elapsed = self.shown() - shown, time.monotonic() - began
        drawn = self.page.evaluate("() => window.rival.drawn")
        return {
            "fps": frames / elapsed,
            "cpu": (self.cpu() - cpu) / max(1, frames) * 1000,
            "bits": self.received_since(received) * 8 / elapsed / 1e6,
            "drawn50": quantile(drawn, 0.5),
            "drawn95": quantile(drawn, 0.95),
        }

    def keys(self, count: int, name: str) -> dict[str, float]:
        """Press K at moments unrelated to the frames."""
        self.page.evaluate("() => { window.rival.keys.length = 0; }")
        for _ in range(count):
            self.page.keyboard.press("k", delay=40)
            self.page.wait_for_timeout(random.uniform(150, 200))
        found = self.page.evaluate("() => window.rival.keys")
        return {f"{name}50": quantile(found, 0.5), f"{name}95": quantile(found, 0.95)}

    def rest(self, seconds: float) -> tuple[float, str]:
        """Stop the motion; return the share of a core, and how the picture differs from the drawn one."""
        self.page.keyboard.press("m", delay=40)
        wait_until(
            lambda: self.picture.exists() and self.picture.stat().st_size >= WIDTH * HEIGHT * 4, "rest"
        )
        self.page.wait_for_timeout(SETTLE_SECONDS * 1000)
        cpu, began = self.cpu(), time.monotonic()
        self.page.wait_for_timeout(seconds * 1000)
        share = (self.cpu() - cpu) / (time.monotonic() - began)
        drawn = np.frombuffer(self.picture.read_bytes(), np.uint8).reshape(HEIGHT, WIDTH, 4)[:, :, 2::-1]
        return share, picture_error(self.pixels(), drawn)

    def pixels(self) -> NDArray[np.uint8]:
        """Return the displayed picture, RGB."""
        width, height, encoded = self.page.evaluate((PAGE / "rival_pixels.js").read_text())
        return np.frombuffer(base64.b64decode(encoded), np.uint8).reshape(height, width, 4)[:, :, :3]


def measure(rival: Rival, seconds: float, keys: int, measured: Measured) -> None:
    """Measure one round of one rival."""
    with tempfile.TemporaryDirectory(prefix="moof-bench-") as folder:
        picture = Path(folder) / "picture"
        program = source_command("sdl_drag", "--size", f"{WIDTH}x{HEIGHT}", "--picture", str(picture))
        with rival.running(program) as running, browser() as chromium:
            width, height = rival.viewport
            page = chromium.new_page(viewport={"width": width, "height": height})
            page.add_init_script(path=PAGE / "watch_rival.js")
            page.goto(running.url)
            session = Session(page, running, picture)
            wait_until(lambda: session.shown() > 3, f"a picture of {rival.name}", START_SECONDS)
            box = page.evaluate_handle("() => window.rival.picture").as_element()
            assert box is not None
            box.click(force=True, position={"x": WIDTH / 2, "y": HEIGHT / 2})
            page.wait_for_timeout(SETTLE_SECONDS * 1000)
            figures = session.dragging(seconds) | session.keys(keys, "moving")
            share, error = session.rest(seconds)
            measured.rounds.append(figures | session.keys(keys, "resting") | {"rest": share})
            measured.errors.append(error)


def row(name: str, measured: Measured) -> list[str]:
    """Return a line of the table."""
    if not measured.rounds:
        return [name, measured.failure, *[""] * (len(HEAD) - 2)]
    median = medians(measured.rounds)
    pairs = (
        f"{median[f'{each}50']:.0f}/{median[f'{each}95']:.0f}" for each in ("drawn", "moving", "resting")
    )
    figures = [
        f"{median['fps']:.1f}",
        f"{median['cpu']:.1f}",
        f"{median['bits']:.2f}",
    ]
    return [name, *figures, *pairs, f"{median['rest']:.1%}", measured.errors[-1]]


def main() -> None:
    """Measure whatever is installed, in turns."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=6.0, help="dragging, and resting, in each round")
    arguments.add_argument("--keys", type=int, default=20, help="in each state and round")
    arguments.add_argument("--only", default="", help="a part of the names, to measure fewer of them")
    arguments.add_argument("--selkies", default=os.environ.get("SELKIES", "selkies"), help="its command")
    options = arguments.parse_args()
    present = {
        each: Measured() for each in rivals(options.selkies) if options.only.lower() in each.name.lower()
    }
    for each in list(present):
        if each.missing():
            print(f"Not installed: {each.name} ({each.missing()})")
            del present[each]
    for _ in range(options.rounds):
        for each, measured in present.items():
            try:
                measure(each, options.seconds, options.keys, measured)
            except AssertionError as error:
                measured.failure = f"failed: {error}"
                print(f"{each.name}: {measured.failure}")
    print(table(HEAD, [row(each.name, measured) for each, measured in present.items()]))


if __name__ == "__main__":
    main()
