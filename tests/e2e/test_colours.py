"""Colours that the browser displays in each codec: ramps from an emulator, read from the page."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser

from moof.geometry import Rect
from moof.ipc import EmulatorEnd, State
from moof.media.codecs import CODECS, Transport
from support.mac_page import MacPage, new_mac_page
from support.moof_process import moof_command, page_address
from support.processes import started
from support.waiting import wait_until

pytestmark = pytest.mark.browser

STEPS, PATCH = 32, 16
LOSSLESS = [name for name, codec in CODECS.items() if codec.transport is Transport.TILES]
# The greatest error of 255 in the middle of a patch of one colour.
MAX_ERROR = {"h264-444": 2, "vp9-444": 2} | dict.fromkeys(LOSSLESS, 0)
DEFAULT_MAX_ERROR = 6


def ramps() -> NDArray[np.uint8]:
    """Return patches from black to each primary, secondary and white, and from there to white; RGB."""
    levels = np.linspace(0, 255, STEPS).round().astype(np.uint8)
    rows = []
    for mask in np.ndindex(2, 2, 2):
        on = np.array(mask, bool)
        rows.append(np.where(on, levels[:, np.newaxis], 0))
        rows.append(np.where(on, 255, levels[:, np.newaxis]))
    return np.repeat(np.repeat(np.array(rows, np.uint8), PATCH, axis=0), PATCH, axis=1)


def patches(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the mean colour of each patch's middle: (rows, steps, 3)."""
    height, width, _ = picture.shape
    cut = picture.reshape(height // PATCH, PATCH, width // PATCH, PATCH, 3)[:, 4:-4, :, 4:-4]
    means: NDArray[np.float64] = cut.mean(axis=(1, 3))
    return means


@pytest.fixture(scope="module")
def emulator() -> Iterator[EmulatorEnd]:
    """Run an emulator that shows the ramps and nothing else."""
    picture = ramps()
    height, width, _ = picture.shape
    end = EmulatorEnd.create()
    end.segment.write("width", width)
    end.segment.write("height", height)
    end.segment.state = State.RUNNING
    control = threading.Thread(target=end.serve, args=(lambda message: None,), name="control-socket")
    control.start()
    slot = end.frames.begin()[:height, :width]
    slot[..., :3], slot[..., 3] = picture[..., ::-1], 255
    end.frames.publish(width, height, Rect(0, 0, width, height), (0, 0, False), time.time_ns() // 1000, None)
    yield end
    end.close()
    control.join()


@pytest.fixture(scope="module")
def page(browser: Browser, emulator: EmulatorEnd) -> Iterator[MacPage]:
    """Open a page that displays the ramps."""
    serve = moof_command("serve", "--target-pid", str(os.getpid()))
    with started(serve, "Open ") as (_, line), new_mac_page(browser) as page:
        page.connect(page_address(line))
        yield page


@pytest.mark.parametrize("codec", CODECS)
def test_displayed_colours_are_the_emulators(page: MacPage, codec: str) -> None:
    page.use_codec(codec)
    wanted = ramps()

    def max_error() -> float:
        displayed = page.pixels()
        if displayed.shape != wanted.shape:
            return 255.0
        return float(np.abs(patches(displayed) - patches(wanted)).max())

    limit = MAX_ERROR.get(codec, DEFAULT_MAX_ERROR)
    wait_until(lambda: max_error() <= limit, f"colours in {codec} within {limit} of 255")
