"""Requirements of the bridge's tests: Xvfb, SDL, PulseAudio's library, and a program that uses them."""

from __future__ import annotations

import ctypes
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from moof.bridge.x_display import XDisplay
from moof.bridge.xvfb import Xvfb
from support.bridge_process import BridgeProcess, running_bridge
from support.x_client import XClient


@pytest.fixture(scope="session", autouse=True)
def needed_programs() -> None:
    """Fail with what to install if a Debian package is missing."""
    if shutil.which("Xvfb") is None:
        pytest.fail("The bridge's tests need Xvfb: apt install xvfb", pytrace=False)
    for library, package in (("libSDL2-2.0.so.0", "libsdl2-2.0-0"), ("libpulse.so.0", "libpulse0")):
        try:
            ctypes.CDLL(library)
        except OSError:
            pytest.fail(f"The bridge's tests need {library}: apt install {package}", pytrace=False)


@pytest.fixture(scope="module")
def sdl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BridgeProcess]:
    """The SDL program, silent, shown already."""
    with running_bridge(tmp_path_factory.mktemp("sdl")) as running:
        running.wait_for_size(320, 200)
        yield running


@pytest.fixture
async def display(tmp_path: Path) -> AsyncIterator[Xvfb]:
    """A display of 640x480."""
    display = Xvfb(tmp_path, 640, 480)
    await display.start()
    yield display
    await display.end()


@pytest.fixture
def other(display: Xvfb) -> XClient:
    """Another client on that display."""
    return XClient(display.name, display.authority)


@pytest.fixture
def screen(display: Xvfb) -> Iterator[XDisplay]:
    """Our client on that display, which manages its windows."""
    screen = XDisplay(display.name, display.authority)
    yield screen
    screen.close()
