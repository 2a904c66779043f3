"""Browsers with which `page_pictures.py` takes pictures of the page, in windows of many sizes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from playwright.sync_api import Browser, sync_playwright

from support.browser_tabs import BrowserTab, ChromiumTab, FirefoxTab
from support.browsers import firefox_tab
from support.chromium import CHROMIUM_FLAGS, headless_path

TOUCH_SIZES = ((320, 568), (390, 844), (844, 390), (820, 1180))
FIREFOX = {"ui.prefersReducedMotion": 1}
FIREFOX_TOUCH = {
    "ui.primaryPointerCapabilities": 1,
    "ui.allPointerCapabilities": 1,
    "dom.w3c_touch_events.enabled": 1,
}


@dataclass(frozen=True)
class Window:
    """A browser's viewport in CSS pixels, and how many pixels of the display one of these has."""

    width: int
    height: int
    ratio: float = 1

    @classmethod
    def parse(cls, text: str) -> Window:
        """Return the window of a text such as "390x844" or "1920x1080@2"."""
        size, _, ratio = text.partition("@")
        width, _, height = size.partition("x")
        return cls(int(width), int(height), float(ratio or 1))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.width, self.height

    @property
    def has_touch(self) -> bool:
        """Whether it is a telephone's or a tablet's."""
        return self.size in TOUCH_SIZES

    def __str__(self) -> str:
        """Return the text that `parse` takes."""
        return f"{self.width}x{self.height}" + (f"@{self.ratio:g}" if self.ratio != 1 else "")


class Camera(Protocol):
    """A browser's tab in one window, and how to take its picture."""

    tab: BrowserTab

    def picture(self) -> bytes:
        """Return a PNG file of the viewport."""

    def before_pages(self, script: str) -> Callable[[], None]:
        """Run a script in each page before its own ones, until the returned function is called."""


Cameras = Iterator[tuple[Window, Camera]]


class ChromiumCamera(Camera):
    """A context of Chromium."""

    def __init__(self, browser: Browser, window: Window, language: str) -> None:
        """Open a tab."""
        self._context = browser.new_context(
            viewport={"width": window.width, "height": window.height},
            has_touch=window.has_touch,
            is_mobile=window.has_touch,
            device_scale_factor=window.ratio,
            reduced_motion="reduce",
            locale=language,
        )
        self._page = self._context.new_page()
        self.tab = ChromiumTab(self._page)

    def picture(self) -> bytes:
        """Return a PNG file of the viewport."""
        return self._page.screenshot(timeout=120_000)

    def before_pages(self, script: str) -> Callable[[], None]:
        """Run a script in each page before its own ones; it stays until the camera is closed."""
        page = self._context.new_page()
        page.add_init_script(script)
        before, self._page, self.tab = (self._page, self.tab), page, ChromiumTab(page)

        def remove() -> None:
            page.close()
            self._page, self.tab = before

        return remove

    def close(self) -> None:
        """Close the context."""
        self._context.close()


class FirefoxCamera(Camera):
    """A Firefox's only tab."""

    def __init__(self, tab: FirefoxTab, window: Window) -> None:
        """Set the tab's size."""
        self.tab: FirefoxTab = tab
        tab.set_viewport(*window.size, window.ratio)

    def picture(self) -> bytes:
        """Return a PNG file of the viewport."""
        return self.tab.picture()

    def before_pages(self, script: str) -> Callable[[], None]:
        """Run a script in each page before its own ones, until the returned function is called."""
        return self.tab.before_pages(script)


@contextlib.contextmanager
def chromium_cameras(windows: Sequence[Window], language: str) -> Iterator[Cameras]:
    """Start a Chromium; a camera for each window."""

    def cameras(browser: Browser) -> Cameras:
        for window in windows:
            camera = ChromiumCamera(browser, window, language)
            yield window, camera
            camera.close()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=headless_path(), args=list(CHROMIUM_FLAGS))
        yield cameras(browser)
        browser.close()


@contextlib.contextmanager
def firefox_cameras(windows: Sequence[Window], language: str) -> Iterator[Cameras]:
    """Start a Firefox for the windows of touch screens, and one for the others; a camera for each window."""

    def cameras() -> Cameras:
        for has_touch, settings in ((True, {**FIREFOX, **FIREFOX_TOUCH}), (False, FIREFOX)):
            chosen = [window for window in windows if window.has_touch == has_touch]
            if not chosen:
                continue
            with firefox_tab({**settings, "intl.accept_languages": language}) as tab:
                assert isinstance(tab, FirefoxTab)
                for window in chosen:
                    yield window, FirefoxCamera(tab, window)

    yield cameras()


CAMERAS = {"chromium": chromium_cameras, "firefox": firefox_cameras}
