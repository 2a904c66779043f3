"""Screenshots of a linked emulator."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from moof.server.emulator.link import EmulatorLink
from moof.server.video.screenshot import NoPictureError, Screenshotter


@pytest.fixture
def link(own_pid: int) -> Iterator[EmulatorLink]:
    link = EmulatorLink(own_pid)
    link.start()
    yield link
    link.stop()


def test_screenshot_is_a_png_file_of_the_picture(
    link: EmulatorLink, emulator: Any, until: Callable[[Callable[[], bool]], None]
) -> None:
    until(lambda: link.status.connected)
    with pytest.raises(NoPictureError, match="not shown"):
        Screenshotter(link).take()
    emulator.paint(8, 4, 16, 2, 0xFF336699)
    with Image.open(io.BytesIO(Screenshotter(link).take())) as image:
        pixels = np.array(image.convert("RGB"))
    assert pixels.shape == (48, 64, 3)
    assert (pixels[4:6, 8:24] == (0x33, 0x66, 0x99)).all()
    assert not pixels[0].any()


def test_unchanged_picture_is_encoded_once(
    link: EmulatorLink, emulator: Any, until: Callable[[Callable[[], bool]], None]
) -> None:
    until(lambda: link.status.connected)
    emulator.publish()
    screenshotter = Screenshotter(link)
    first = screenshotter.take()
    assert screenshotter.take() is first
    emulator.paint(0, 0, 8, 8, 0xFF336699)
    assert screenshotter.take() != first


def test_screenshot_without_emulator_is_an_error(link: EmulatorLink) -> None:
    with pytest.raises(NoPictureError, match="No emulator"):
        Screenshotter(link).take()


def test_screenshot_of_invalid_shared_memory_is_an_error(
    link: EmulatorLink, emulator: Any, until: Callable[[Callable[[], bool]], None]
) -> None:
    until(lambda: link.status.connected)
    emulator.publish()
    emulator.end.segment.write("ready_index", 7)
    with pytest.raises(NoPictureError, match="is invalid"):
        Screenshotter(link).take()
