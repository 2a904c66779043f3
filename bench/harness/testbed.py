"""A source, the server and a Chromium page that displays it, as processes of their own."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

from harness import BENCH, PAGE
from support.chromium import ChromiumNotFoundError, chromium_path, headless_chromium
from support.mac_page import MacPage
from support.moof_process import get_json, moof_command, page_address
from support.processes import OutputProcess, started

VIEWPORT_WIDTH, VIEWPORT_HEIGHT = 2000, 1300
WARM_UP_FRAMES = 3


def source_command(name: str, *options: str) -> list[str]:
    """Return the command line of a source (see bench/sources)."""
    return [sys.executable, str(BENCH / "sources"), name, *options]


@dataclass
class Testbed:
    """One measured set-up: the source's and the server's process, the server's address, and the page."""

    source: OutputProcess
    server: OutputProcess
    url: str
    page: Page

    def status(self) -> dict[str, Any]:
        """Return the server's own report."""
        return dict(get_json(f"{self.url}/api/status"))

    def wait_for_picture(self) -> None:
        """Return when the page has displayed some frames."""
        MacPage(self.page).wait_for_picture(WARM_UP_FRAMES)

    def inject(self, script: str) -> Any:
        """Run a function of bench/page in the page and return its value."""
        return self.page.evaluate((PAGE / script).read_text())

    def watch_time_bar(self) -> None:
        """Let the page record the latency of each picture from its time bar (see bench/sources/drag.py)."""
        self.inject("watch_time_bar.js")


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """Start a headless Chromium; without an installed one, end the bench with what to install."""
    try:
        path = chromium_path()
    except ChromiumNotFoundError as error:
        raise SystemExit(str(error)) from None
    with headless_chromium(path) as running:
        yield running


@contextlib.contextmanager
def browser_page() -> Iterator[Page]:
    """Open a page in a headless Chromium."""
    with browser() as running:
        yield running.new_page(viewport={"width": VIEWPORT_WIDTH, "height": VIEWPORT_HEIGHT})


@contextlib.contextmanager
def served(
    source: Sequence[str], *options: str, launcher: Sequence[str] = ()
) -> Iterator[tuple[OutputProcess, OutputProcess, str]]:
    """Start a source and `moof serve` for it; yield both processes and the server's address.

    Args:
        source: the source's command line; the source prints the contract's ready line.
        options: further options of `moof serve`.
        launcher: a command line that takes the place of `python -m moof`.
    """
    with started(source, "ready") as (emulator, _):
        serve = moof_command("serve", "--target-pid", str(emulator.pid), *options)
        with started([*launcher, *serve[3:]] if launcher else serve, "Open ") as (server, line):
            yield emulator, server, page_address(line)


@contextlib.contextmanager
def open_testbed(
    source: Sequence[str],
    codec: str,
    prepare: Callable[[Page], None] = lambda page: None,
    options: Sequence[str] = (),
    launcher: Sequence[str] = (),
) -> Iterator[Testbed]:
    """Start source, server and page, connected; `prepare` gets the page before it is navigated.

    The page shows the picture in its own size: without a graphics card the browser enlarges it slowly, and
    what it needs for that it takes from the server's cores. For `options` and `launcher` see `served`.
    """
    with (
        served(source, "--codec", codec, *options, launcher=launcher) as (emulator, server, url),
        browser_page() as page,
    ):
        prepare(page)
        page.goto(f"{url}/?scale=1:1")
        yield Testbed(emulator, server, url, page)
