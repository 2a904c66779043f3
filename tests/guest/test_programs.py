"""Sketch, Monitors, Calculator and About."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from moof.mac.headless import HeadlessMac
from moof.mac.video_card import VideoMode
from moof.mac.xpram import Xpram

SHEET_LEFT, SHEET_TOP = 63, 20
DOWN, RIGHT, LEFT = 0x3D, 0x3C, 0x3B


def test_sketch_tools_draw_their_shapes(
    mac: HeadlessMac, open_program: Callable[[str], tuple[int, ...]], type_text: Callable[[str], None]
) -> None:
    _, x, y, *_ = open_program("sketch")
    left, top = x + SHEET_LEFT, y + SHEET_TOP

    def is_black(dx: int, dy: int) -> bool:
        mac.mouse(5, 700)
        return bool((mac.picture()[top + dy, left + dx, :3] == 0).all())

    type_text("p")
    mac.drag((left + 20, top + 20), (left + 60, top + 20))
    assert is_black(40, 20)
    assert not is_black(40, 22)
    type_text("l")
    mac.drag((left + 20, top + 40), (left + 60, top + 80))
    assert is_black(40, 60)
    type_text("b")
    mac.drag((left + 100, top + 20), (left + 140, top + 60))
    assert is_black(120, 40)
    type_text("o")
    mac.drag((left + 160, top + 20), (left + 220, top + 80))
    assert is_black(190, 20)
    assert not is_black(190, 50)
    type_text("f")
    mac.click(left + 190, top + 50)
    assert is_black(165, 50)
    assert not is_black(161, 21)
    type_text("e3")
    mac.drag((left + 105, top + 40), (left + 135, top + 40))
    assert not is_black(120, 40)


def test_dragging_a_shape_restores_the_pixels_under_it(
    mac: HeadlessMac,
    open_program: Callable[[str], tuple[int, ...]],
    type_text: Callable[[str], None],
    command_key: Callable[[str], None],
) -> None:
    _, x, y, *_ = open_program("sketch")
    type_text("d")
    mac.mouse(5, 700)
    empty = mac.picture()
    mac.drag((x + 100, y + 60), (x + 300, y + 250))
    mac.mouse(5, 700)
    drawn = mac.picture()
    assert not np.array_equal(drawn, empty)
    command_key("z")
    assert np.array_equal(mac.picture(), empty)
    command_key("z")
    assert np.array_equal(mac.picture(), drawn)


def test_monitors_changes_the_mode_and_stores_it_in_xpram(boot: Callable[..., HeadlessMac]) -> None:
    xpram = Xpram(None)
    mac = boot(xpram=xpram)
    mac.click(28, 10)
    mac.click(48, 93)
    mac.run(20)
    origin = mac.memory.read32(0xB10)
    mac.click((origin >> 16) + 25, (origin & 0xFFFF) + 20 + 44 + 22 + 9)
    assert mac.board.video.mode == VideoMode(640, 480, 8)
    mac.type_key(RIGHT)
    assert mac.board.video.mode == VideoMode(640, 480, 16)
    assert mac.memory.read32(0xB00) % 2 == 0
    assert boot(xpram=xpram).board.video.mode == VideoMode(640, 480, 16)


def test_windows_are_moved_onto_a_smaller_screen(
    mac: HeadlessMac, open_program: Callable[[str], tuple[int, ...]]
) -> None:
    open_program("calculator")
    open_program("monitors")
    for _ in range(3):
        mac.type_key(0x3E)
    assert mac.board.video.mode.width == 512
    mac.type_key(0x0D, 0x37)
    origin = mac.memory.read32(0xB10)
    assert mac.memory.read32(0xB18) == 5
    size = mac.memory.read32(0xB14)
    assert (origin >> 16) + (size >> 16) <= 512
    assert (origin & 0xFFFF) + (size & 0xFFFF) <= 342


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("12.5*8=", "100"),
        ("1/3=", "0.33333333"),
        ("2-5=", "-3"),
        ("0.1+0.2=", "0.3"),
        ("7/0=", "Error"),
        ("99999*99999=", "Error"),
        ("1+2*3=", "9"),
        ("5c4+4=", "8"),
        ("2/3=", "0.66666667"),
    ],
)
def test_calculator_computes(
    mac: HeadlessMac,
    open_program: Callable[[str], tuple[int, ...]],
    type_text: Callable[[str], None],
    command_key: Callable[[str], None],
    notes_text: Callable[[], str],
    keys: str,
    shown: str,
) -> None:
    open_program("calculator")
    type_text(keys)
    command_key("c")
    open_program("notes")
    command_key("v")
    assert notes_text() == shown


def test_calculator_keys_can_be_clicked(
    mac: HeadlessMac,
    open_program: Callable[[str], tuple[int, ...]],
    command_key: Callable[[str], None],
    notes_text: Callable[[], str],
) -> None:
    _, x, y, *_ = open_program("calculator")
    for column, row in ((0, 1), (3, 2), (1, 1), (3, 3)):  # 7 + 8 =
        mac.click(x + 30 + 40 * column, y + 20 + 66 + 32 * row)
    command_key("c")
    open_program("notes")
    command_key("v")
    assert notes_text() == "15"


def test_about_shows_the_running_time(
    mac: HeadlessMac, open_program: Callable[[str], tuple[int, ...]]
) -> None:
    open_program("about")
    before = mac.picture()
    mac.run(60)
    assert not np.array_equal(mac.picture(), before)
