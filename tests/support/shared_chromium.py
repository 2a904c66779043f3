"""One Chromium for all test files of a process."""

from __future__ import annotations

import asyncio
import contextlib

from playwright.sync_api import Browser

from support.chromium import headless_chromium


class SharedChromium:
    """A headless Chromium that starts at its first use, after a crash, and when another one is asked for.

    Playwright's sync interface leaves its event loop marked as the running one of this thread, where asyncio
    then runs no other. `show_loop` and `hide_loop` set and remove the mark: only tests that use the browser
    may see it.
    """

    def __init__(self) -> None:
        self._cleanup = contextlib.ExitStack()
        self._browser: Browser | None = None
        self._path = ""
        self._loop: asyncio.AbstractEventLoop | None = None

    def browser(self, path: str) -> Browser:
        """Return the running browser of that path; start it if there is none."""
        if self._browser is None or path != self._path or not self._browser.is_connected():
            self.stop()
            self._path = path
            self._browser = self._cleanup.enter_context(headless_chromium(path))
            self._loop = asyncio.get_running_loop()
        return self._browser

    def show_loop(self) -> None:
        """Let playwright work; asyncio does not."""
        if self._loop is not None:
            asyncio._set_running_loop(self._loop)

    def hide_loop(self) -> None:
        """Let asyncio work; the browser's objects do not. Another playwright's loop stays."""
        if self._loop is not None and asyncio._get_running_loop() is self._loop:
            asyncio._set_running_loop(None)

    def stop(self) -> None:
        """End the browser, if it runs, and playwright."""
        self.show_loop()
        self._browser = self._loop = None
        self._cleanup.close()
