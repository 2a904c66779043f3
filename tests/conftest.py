"""Fixtures of every test folder: a real Chromium, driven by playwright."""

import os
import tempfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from support import chromium

os.environ["MOOF_CONFIG"] = os.devnull  # the developer's own moof.toml is not read
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="moof-tests-")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the path of the system's Chromium; without one, the test fails with what to install."""
    try:
        return chromium.chromium_path()
    except chromium.ChromiumNotFoundError as error:
        pytest.fail(str(error), pytrace=False)


# One Chromium for each test module, not for the session: playwright's sync interface keeps an event loop
# running in this thread for as long as it is open, and then no `async def` test of another module could run.
@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Start a headless Chromium; tests open their own contexts and pages in it."""
    with chromium.headless_chromium(chromium_path) as browser:
        yield browser
