"""What every bench stands on: a source, a server and a Chromium page as real processes, and CPU time."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
]
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User + system CPU time of one process so far, in seconds (proc(5), stat fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def peak_memory_mb(pid: int) -> float:
    """Largest resident size of a process so far, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


@contextlib.contextmanager
def process(command: list[str], first_word: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a program, wait for the line that begins with `first_word`, end it with SIGTERM afterwards."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    try:
        for line in child.stdout:
            if line.startswith(first_word):
                yield child, line.strip()
                return
        raise SystemExit(f"{' '.join(command)} ended with {child.wait()} before it said '{first_word}'")
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()


@dataclass
class Stage:
    """One measured set-up: the processes' ids, the address, and the page."""

    source: subprocess.Popen[str]
    server: subprocess.Popen[str]
    url: str
    page: Page

    def status(self) -> dict[str, Any]:
        """What the server says of itself."""
        with urllib.request.urlopen(f"{self.url}/api/status", timeout=5) as answer:
            return dict(json.load(answer))

    def wait_for_picture(self, seconds: float = 20.0) -> None:
        """Return when the page has shown frames."""
        deadline = time.monotonic() + seconds
        while self.page.evaluate("async () => window.moof ? (await window.moof.stats()).frames || 0 : 0") < 3:
            if time.monotonic() > deadline:
                raise SystemExit("the page shows no picture")
            self.page.wait_for_timeout(100)


def chromium_path() -> str:
    """The system's Chromium, or the one in MOOF_CHROMIUM."""
    path = os.environ.get("MOOF_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise SystemExit("Install Chromium (apt install chromium), or name one in MOOF_CHROMIUM.")
    return path


@contextlib.contextmanager
def chromium() -> Iterator[Page]:
    """A page in a headless Chromium of the system's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        try:
            yield browser.new_page(viewport={"width": 2000, "height": 1300})
        finally:
            browser.close()


@contextlib.contextmanager
def stage(
    source_command: list[str],
    codec: str,
    prepare: Callable[[Page], None] = lambda page: None,
    server_options: Sequence[str] = (),
    launcher: Sequence[str] = ("-m", "moof"),
) -> Iterator[Stage]:
    """Source, server and page, connected; `source_command` must print the contract's ready line.

    `prepare` is called with the page before it goes anywhere; `launcher` is what Python runs as the server.
    """
    with process(source_command, "ready") as (source, _):
        serve = [*launcher, "serve", "--target-pid", str(source.pid), "--codec", codec]
        serve += ["--http-port", "0", "--signaling-port", "0"]
        with (
            process([sys.executable, *serve, *server_options], "Open ") as (server, line),
            chromium() as page,
        ):
            url = line.split()[1].rstrip("/")
            prepare(page)
            page.goto(url)
            yield Stage(source, server, url, page)


def shown_pixels(page: Page, width: int, height: int) -> NDArray[np.uint8]:
    """What the page shows of the Mac, uint8 (height, width, 3) RGB, at the Mac's own size."""
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


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table whose columns line up."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in lines
    )


def quantile(values: list[float], fraction: float) -> float:
    """The value below which that fraction lies; nan when there is none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(fraction * len(ordered)))] if ordered else float("nan")
