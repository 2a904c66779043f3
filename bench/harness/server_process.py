"""`moof run` with its own Mac and a browser: pages that connect and leave, and what the server uses."""

from __future__ import annotations

import contextlib
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from harness.process_resources import ProcessResources
from harness.testbed import browser
from support import waiting
from support.mac_page import shown_frames
from support.moof_process import MoofProcess, start_moof

_UNCHANGED_SECONDS = 2.0
_POLL_SECONDS = 0.005
_STOP_SECONDS = 20.0


@dataclass
class ServerProcess:
    """A running Moof and a browser that connects to it."""

    moof: MoofProcess
    folder: Path
    browser: Browser

    @property
    def mac(self) -> int:
        """The pid of the connected Mac, 0 without one."""
        return self.moof.emulator_pid

    @property
    def viewers(self) -> int:
        """The number of viewers that the server counts."""
        return self.moof.viewers

    @property
    def resources(self) -> ProcessResources:
        """What the server's process uses."""
        return ProcessResources.of(self.moof.pid)

    def open_page(self) -> Page:
        """Open a page and wait for its picture."""
        page = self.browser.new_page(viewport={"width": 1100, "height": 900})
        page.goto(self.moof.url)
        wait_until(lambda: shown_frames(page) > 2, "a picture in the page")
        return page

    def settled_resources(self) -> ProcessResources:
        """Return what the server uses once its viewers have left and their connections are closed."""
        wait_until(lambda: self.viewers == 0, "the viewers to leave", 60)
        used, since = self.resources, time.monotonic()
        while time.monotonic() - since < _UNCHANGED_SECONDS:
            time.sleep(0.1)
            now = self.resources
            if (now.descriptors, now.threads) != (used.descriptors, used.threads):
                since = time.monotonic()
            used = now
        return used


def wait_until(condition: Any, what: str, seconds: float = waiting.WAIT_SECONDS) -> float:
    """Return the seconds until the condition holds; end the bench if it does not in time."""
    try:
        return waiting.wait_until(condition, what, seconds, _POLL_SECONDS)
    except AssertionError as error:
        raise SystemExit(str(error)) from None


@contextlib.contextmanager
def server_process(
    *options: str, environment: Mapping[str, str] | None = None, wrapper: Sequence[str] = ()
) -> Iterator[ServerProcess]:
    """Start Moof with its own Mac, and a Chromium; `wrapper` is a command that replaces itself with Moof."""
    with tempfile.TemporaryDirectory(prefix="moof-bench-") as name:
        folder = Path(name)
        moof = start_moof(folder, "--size", "640x480", *options, environment=environment, wrapper=wrapper)
        try:
            with browser() as running:
                yield ServerProcess(moof, folder, running)
        finally:
            moof.stop(signal.SIGTERM, _STOP_SECONDS)
