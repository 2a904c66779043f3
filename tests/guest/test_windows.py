"""Windows: moving, resizing, order and closing, and that moving gives the same pixels as drawing."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from moof.mac.headless import HeadlessMac

OPEN_WINDOWS, FRONT_APP = 0xB20, 0xB18
TITLE = 10  # pixels below a frame's top


def test_title_bar_drags_the_window(
    mac: HeadlessMac, open_program: Callable[..., tuple[int, ...]], front: Callable[[], tuple[int, ...]]
) -> None:
    app, x, y, width, height = open_program("notes")
    mac.drag((x + 100, y + TITLE), (x + 250, y + TITLE + 90))
    assert front() == (app, x + 150, y + 90, width, height)


def test_title_bar_stays_below_the_menu_bar(
    mac: HeadlessMac, open_program: Callable[..., tuple[int, ...]], front: Callable[[], tuple[int, ...]]
) -> None:
    _, x, y, *_ = open_program("about")
    mac.drag((x + 100, y + TITLE), (300, 0))
    assert front()[2] + TITLE >= 20


def test_press_and_release_within_one_tick_drag(
    mac: HeadlessMac, open_program: Callable[..., tuple[int, ...]], front: Callable[[], tuple[int, ...]]
) -> None:
    app, x, y, width, height = open_program("about")
    for where, buttons in (
        ((x + 99, y + TITLE), 1),
        ((x + 199, y + TITLE + 7), 1),
        ((x + 109, y + TITLE), 0),
    ):
        mac.board.adb.mouse(*where, buttons, absolute=True)
    mac.run(2)
    assert front() == (app, x + 10, y, width, height)


def test_grow_box_resizes_down_to_the_minimum_size(
    mac: HeadlessMac, open_program: Callable[..., tuple[int, ...]], front: Callable[[], tuple[int, ...]]
) -> None:
    app, x, y, width, height = open_program("notes")
    corner = (x + width - 6, y + height - 6)
    mac.drag(corner, (corner[0] + 60, corner[1] + 40))
    assert front() == (app, x, y, width + 60, height + 40)
    corner = (corner[0] + 60, corner[1] + 40)
    mac.drag(corner, (x, y + 30))
    assert front() == (app, x, y, 160, 100)


def test_close_box_closes_only_on_release_inside(
    mac: HeadlessMac, open_program: Callable[..., tuple[int, ...]]
) -> None:
    _, x, y, *_ = open_program("about")
    mac.drag((x + 13, y + TITLE), (x + 60, y + 60))
    assert mac.memory.read32(OPEN_WINDOWS) == 1
    mac.click(x + 13, y + TITLE)
    assert mac.memory.read32(OPEN_WINDOWS) == 0
    assert mac.memory.read32(FRONT_APP) == 0


def test_click_brings_a_window_to_the_front(
    mac: HeadlessMac, open_program: Callable[..., tuple[int, ...]], front: Callable[[], tuple[int, ...]]
) -> None:
    notes = open_program("notes")
    open_program("sketch")
    mac.click(notes[1] + 30, notes[2] + 200)
    assert front() == notes
    mac.type_key(0x0C, 0x37)  # ⌘Q
    assert front()[0] == 2


@pytest.mark.parametrize("depth", [1, 4, 8, 32])
def test_pixels_after_moves_equal_a_full_redraw(boot: Callable[..., HeadlessMac], depth: int) -> None:
    mac = boot(width=640, height=480, depth=depth)
    chance = random.Random(depth)
    for row in (57, 75, 111, 129, 147, 93):
        mac.click(28, 10)
        mac.click(48, row)
        mac.run(20)
    for _ in range(12):
        x, y = chance.randrange(20, 600), chance.randrange(40, 470)
        mac.click(x, y)
        origin = mac.memory.read32(0xB10)
        start = (origin >> 16) + 40, (origin & 0xFFFF) + TITLE
        mac.drag(start, (chance.randrange(640), chance.randrange(480)), steps=3)
    mac.click(28, 10)
    mac.click(48, 93)  # Monitors: its keys change the depth, which draws everything
    mac.run(20)
    mac.mouse(5, 475)
    seen = mac.picture()
    mac.type_key(0x3C if depth < 32 else 0x3B)
    mac.type_key(0x3B if depth < 32 else 0x3C)
    assert differing(seen, mac.picture()) == 0


def differing(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    return int((one != other).any(axis=2).sum())
