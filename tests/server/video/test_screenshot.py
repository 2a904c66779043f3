import io
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from moof.server.emulator.link import EmulatorLink
from moof.server.video.screenshot import NoPictureError, Screenshotter


@pytest.fixture
def source(own_pid: int) -> Iterator[EmulatorLink]:
    source = EmulatorLink(own_pid)
    source.start()
    yield source
    source.stop()


def test_the_screen_as_a_file(
    source: EmulatorLink, emulator: Any, until: Callable[[Callable[[], bool]], None]
) -> None:
    until(lambda: source.status.connected)
    with pytest.raises(NoPictureError, match="not shown"):
        Screenshotter(source).take()
    emulator.paint(8, 4, 16, 2, 0xFF336699)
    with Image.open(io.BytesIO(Screenshotter(source).take())) as image:
        pixels = np.array(image.convert("RGB"))
    assert pixels.shape == (48, 64, 3)
    assert (pixels[4:6, 8:24] == (0x33, 0x66, 0x99)).all()
    assert not pixels[0].any()


def test_the_same_picture_is_encoded_once(
    source: EmulatorLink, emulator: Any, until: Callable[[Callable[[], bool]], None]
) -> None:
    until(lambda: source.status.connected)
    emulator.publish()
    camera = Screenshotter(source)
    first = camera.take()
    assert camera.take() is first
    emulator.paint(0, 0, 8, 8, 0xFF336699)
    assert camera.take() != first


def test_without_an_emulator_there_is_none(source: EmulatorLink) -> None:
    with pytest.raises(NoPictureError, match="No emulator"):
        Screenshotter(source).take()


def test_a_picture_that_makes_no_sense(
    source: EmulatorLink, emulator: Any, until: Callable[[Callable[[], bool]], None]
) -> None:
    until(lambda: source.status.connected)
    emulator.publish()
    emulator.end.segment.write("ready_index", 7)
    with pytest.raises(NoPictureError, match="no sense"):
        Screenshotter(source).take()
