"""`moof run` with a Mac of its own, watched from outside: pages that come and go, and what processes hold."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from stage import CHROMIUM_FLAGS, chromium_path

_REST_SECONDS = 2.0


@dataclass(frozen=True)
class Holdings:
    """What a process holds: descriptors, threads, resident megabytes."""

    descriptors: int
    threads: int
    megabytes: float

    @classmethod
    def of(cls, pid: int) -> Holdings:
        """Count it."""
        process = Path(f"/proc/{pid}")
        resident = int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return cls(
            len(list((process / "fd").iterdir())), len(list((process / "task").iterdir())), resident / 1e6
        )

    def __str__(self) -> str:
        return f"{self.descriptors}, {self.threads}, {self.megabytes:.0f} MB"


@dataclass
class Household:
    """A running Moof and a browser to look at it with."""

    process: subprocess.Popen[str]
    url: str
    folder: Path
    browser: Browser

    def get(self, path: str = "/api/status") -> dict[str, Any]:
        """GET JSON."""
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return dict(json.load(answer))

    @property
    def mac(self) -> int:
        """The pid of the connected Mac, 0 when there is none."""
        return int(self.get()["emulator"]["pid"] or 0)

    @property
    def viewers(self) -> int:
        """How many there are."""
        return len(self.get()["viewers"])

    @property
    def holdings(self) -> Holdings:
        """What the server's process holds."""
        return Holdings.of(self.process.pid)

    def page(self) -> Page:
        """Open one, and wait for its picture."""
        page = self.browser.new_page(viewport={"width": 1100, "height": 900})
        page.goto(self.url)
        until(lambda: frames(page) > 2, "a picture in the page")
        return page


def frames(page: Page) -> int:
    """Frames that the page has shown."""
    return int(page.evaluate("async () => window.moof ? (await window.moof.stats()).frames || 0 : 0"))


def until(condition: Callable[[], object], what: str, seconds: float = 30.0) -> float:
    """Return the seconds until the condition holds; end the bench if it never does."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > seconds:
            raise SystemExit(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.005)
    return time.monotonic() - started


def settled(household: Household) -> Holdings:
    """What the server holds once its viewers have left and their connections are closed."""
    until(lambda: household.viewers == 0, "the viewers to be gone", 60)
    held, since = household.holdings, time.monotonic()
    while time.monotonic() - since < _REST_SECONDS:
        time.sleep(0.1)
        now = household.holdings
        if (now.descriptors, now.threads) != (held.descriptors, held.threads):
            since = time.monotonic()
        held = now
    return held


@contextlib.contextmanager
def household(
    *options: str, environment: Mapping[str, str] | None = None, within: Sequence[str] = ()
) -> Iterator[Household]:
    """Start Moof with its own Mac, and a Chromium; `within` is a command that becomes Moof."""
    with tempfile.TemporaryDirectory(prefix="moof-bench-") as name, sync_playwright() as playwright:
        folder = Path(name)
        command = [*within, sys.executable, "-m", "moof", "run", "--http-port", "0", "--signaling-port", "0"]
        command += ["--size", "640x480", "--xpram", str(folder / "xpram"), *options]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})}
        )
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        try:
            yield Household(process, _address(process), folder, browser)
        finally:
            browser.close()
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Open "):
            return line.split()[1].rstrip("/")
    raise SystemExit(f"moof run ended with {process.wait()}")
