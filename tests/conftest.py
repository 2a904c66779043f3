"""Fixtures of every test folder: a real Chromium, driven by playwright. Also which worker runs which test."""

import gc
import os
import signal
import tempfile
from collections.abc import Generator, Iterator
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, expect
from xdist.remote import Producer

from support import chromium
from support.file_scheduling import FileScheduling
from support.shared_chromium import SharedChromium

os.environ["MOOF_CONFIG"] = os.devnull  # the developer's own moof.toml is not read
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="moof-tests-")
os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="moof-tests-")  # tokens, login sessions
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Shells start background jobs so; the processes that tests end with SIGINT would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
expect.set_options(timeout=30_000)  # of a machine that does other work, too
# Nor does hypothesis measure the time of an example, or of its generation.
settings.register_profile("moof", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("moof")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileScheduling:
    """Distribute the tests to several processes (-n) by files."""
    return FileScheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect all tests without looking for garbage: modules and tests stay until the end of the process."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the path of the system's headless Chromium; without one, the test fails with what to install."""
    try:
        return chromium.headless_path()
    except chromium.ChromiumNotFoundError as error:
        pytest.fail(str(error), pytrace=False)


SHARED_CHROMIUM: Final = SharedChromium()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Show playwright's event loop to the tests that use the browser, and hide it from all others."""
    if "browser" in getattr(item, "fixturenames", ()):
        SHARED_CHROMIUM.show_loop()
    else:
        SHARED_CHROMIUM.hide_loop()
    return (yield)


@pytest.fixture(scope="session")
def _chromium_end() -> Iterator[None]:
    """End the Chromium of this process after its last test."""
    yield
    SHARED_CHROMIUM.stop()


@pytest.fixture(scope="module")
def browser(chromium_path: str, _chromium_end: None) -> Iterator[Browser]:
    """Return this process's headless Chromium; tests open their own contexts and pages in it."""
    browser = SHARED_CHROMIUM.browser(chromium_path)
    yield browser
    for context in browser.contexts:
        context.close()
