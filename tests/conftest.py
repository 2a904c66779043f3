"""What every room's tests share: a real Chromium, driven by playwright."""

import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

os.environ["MOOF_CONFIG"] = os.devnull  # nobody's moof.toml
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="moof-tests-")

# No GPU, no network of its own, sound without a click, and timers that run in tabs nobody looks at.
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


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The system's Chromium: $MOOF_CHROMIUM, or the first known name on the PATH. Without it: a failure."""
    named = os.environ.get("MOOF_CHROMIUM")
    if named is not None:
        found = shutil.which(named)
        if found is None:
            pytest.fail(f"MOOF_CHROMIUM={named} is not a program that can be started.", pytrace=False)
        return found
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return found
    pytest.fail(
        "The browser tests need Chromium: `apt install chromium` (any Chrome will do), "
        "or set MOOF_CHROMIUM=/path/to/it.",
        pytrace=False,
    )


# One Chromium for each test module, not for the session: playwright's sync interface keeps an event loop
# running in this thread for as long as it is open, and then no `async def` test of another module could run.
@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """A headless Chromium; tests open their own contexts and pages in it."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=list(CHROMIUM_FLAGS))
        yield chromium
        chromium.close()
