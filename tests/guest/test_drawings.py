"""Documents in Sketch: saved as PNG, opened again, and pictures of the host."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from moof.mac.headless import HeadlessMac

DIALOG, ALERT, SAVE = 0xB2C, 1, 3
RETURN = 0x24


@pytest.fixture
def mac(mac_with_empty_disk: HeadlessMac) -> HeadlessMac:
    return mac_with_empty_disk


def test_a_drawing_is_a_png_of_the_host_and_opens_again(
    mac: HeadlessMac,
    path: Path,
    open_program: Callable[[str], tuple[int, int, int, int, int]],
    type_text: Callable[[str], None],
    command_key: Callable[[str], None],
) -> None:
    _, x, y, *_ = open_program("sketch")
    type_text("o3")
    mac.drag((x + 120, y + 60), (x + 250, y + 150))
    mac.mouse(500, 740)
    drawn = mac.picture()
    command_key("s")
    mac.run(3)
    type_text("oval")
    mac.type_key(RETURN)
    mac.run(15)
    image = Image.open(path / "oval")
    assert (image.format, image.size) == ("PNG", (560, 400))
    assert len(image.getcolors() or []) == 2
    command_key("n")
    mac.run(3)
    assert not np.array_equal(mac.picture(), drawn)
    command_key("o")
    mac.run(3)
    mac.type_key(RETURN)
    mac.run(15)
    assert np.array_equal(mac.picture()[y + 20 :], drawn[y + 20 :])


def test_a_photograph_is_opened_and_not_replaced(
    mac: HeadlessMac,
    path: Path,
    open_program: Callable[[str], tuple[int, int, int, int, int]],
    command_key: Callable[[str], None],
) -> None:
    Image.radial_gradient("L").convert("RGB").resize((900, 700)).save(path / "photo.jpg")
    (path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    _, x, y, width, height = open_program("sketch")
    command_key("o")
    mac.run(3)
    mac.type_key(RETURN)
    mac.run(10)
    assert mac.memory.read32(DIALOG) == ALERT
    mac.type_key(RETURN)
    mac.run(15)
    command_key("o")
    mac.run(3)
    mac.type_key(0x3D)
    mac.type_key(RETURN)
    mac.run(15)
    assert len(np.unique(mac.picture()[y + 30 : y + height - 20, x + 70 : x + width - 20, 1])) >= 3
    command_key("s")
    mac.run(3)
    assert mac.memory.read32(DIALOG) == SAVE
