"""Tests' pages start as at a second visit: the lines for a first one would lie above the picture."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext

DISMISS: Final = 'document.getElementById("welcome-close")?.click();'
"""What a person does, as a script for a page that has loaded."""
_DISMISSED: Final = "try { localStorage.setItem('moof.welcomed', 'true'); } catch { /* no server's page */ }"


def dismiss_in_contexts(browser: Browser) -> None:
    """Let the browser's new contexts begin with the lines dismissed."""
    new_context = browser.new_context

    def dismissed(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.add_init_script(_DISMISSED)
        return context

    vars(browser)["new_context"] = dismissed


@contextlib.contextmanager
def first_visit(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """Open a context in which they are not dismissed; `options` are those of `Browser.new_context`."""
    context = type(browser).new_context(browser, **options)
    try:
        yield context
    finally:
        context.close()
