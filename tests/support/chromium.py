"""Finds and starts the system's Chromium for tests and benches."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

from support.first_visit import dismiss_in_contexts

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The same engine without windows, toolbars and menus: a tab takes a quarter of the processor time.
SHELL_NAMES = ("chromium-headless-shell", "chrome-headless-shell")

# No GPU, no network connections of Chromium's own, sound without a click, timers that run in background tabs.
CHROMIUM_FLAGS = (
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
)


class ChromiumNotFoundError(Exception):
    """No Chromium is installed, or MOOF_CHROMIUM names no program; the message says what to do."""


def chromium_path() -> str:
    """Return the path of $MOOF_CHROMIUM, or of the first known name on the PATH.

    Raises:
        ChromiumNotFoundError: there is none.
    """
    named = os.environ.get("MOOF_CHROMIUM")
    if named is not None:
        found = shutil.which(named)
        if found is None:
            raise ChromiumNotFoundError(f"MOOF_CHROMIUM={named} is not a program that can be started.")
        return found
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return found
    raise ChromiumNotFoundError(
        "No Chromium is installed: `apt install chromium` (any Chrome will do), "
        "or set MOOF_CHROMIUM=/path/to/it."
    )


def headless_path() -> str:
    """Return the path of $MOOF_CHROMIUM, of a headless shell, or of a whole Chromium where there is none.

    Raises:
        ChromiumNotFoundError: there is neither.
    """
    if "MOOF_CHROMIUM" not in os.environ:
        for name in SHELL_NAMES:
            if found := shutil.which(name):
                return found
    return chromium_path()


@contextlib.contextmanager
def headless_chromium(path: str) -> Iterator[Browser]:
    """Start a headless Chromium and close it at the end of the context."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        dismiss_in_contexts(browser)
        try:
            yield browser
        finally:
            browser.close()
