"""Fixtures of every test folder: a real Chromium, driven by playwright. Also which worker runs which test."""

import os
import signal
import tempfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from xdist.remote import Producer

from support import chromium
from support.file_scheduling import FileScheduling

os.environ["MOOF_CONFIG"] = os.devnull  # the developer's own moof.toml is not read
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="moof-tests-")
os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="moof-tests-")  # tokens, login sessions
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Shells start background jobs so; the processes that tests end with SIGINT would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
expect.set_options(timeout=30_000)  # of a machine that does other work, too


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileScheduling:
    """Distribute the tests to several processes (-n) by files."""
    return FileScheduling(config, log)


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
