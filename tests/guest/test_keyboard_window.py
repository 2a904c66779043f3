"""The Keyboard window: the choice of a layout, the picture of the keys, the field to try them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from moof.keyboard import LAYOUT_NAMES
from moof.mac.headless import HeadlessMac
from moof.mac.xpram import Xpram

SHIFT, OPTION, COMMAND, CAPS_LOCK = 0x38, 0x3A, 0x37, 0x39
LEFT, RIGHT, DOWN, UP = 0x3B, 0x3C, 0x3D, 0x3E
BACKSPACE, RETURN = 0x33, 0x24
KEY_A, KEY_E, KEY_S = 0x00, 0x0E, 0x01
COLUMNS = 3
ROWS = -(-len(LAYOUT_NAMES) // COLUMNS)
CONTENT = (1, 20)  # from the frame to the content
FIELD = slice(CONTENT[1] + 28 + 18 * ROWS + 155, None)  # rows of the frame from the field on


@pytest.fixture
def window(
    mac: HeadlessMac, open_program: Callable[[str], tuple[int, int, int, int, int]]
) -> Callable[[], NDArray[np.uint8]]:
    """Open the window; `window()` returns its present picture."""
    _, x, y, width, height = open_program("keyboard")
    mac.mouse(5, 700)

    def look() -> NDArray[np.uint8]:
        mac.run(1)
        return mac.picture()[y : y + height, x : x + width].copy()

    return look


def present(mac: HeadlessMac) -> str | None:
    return mac.board.keyboard_layout.name


@pytest.mark.parametrize("index", range(len(LAYOUT_NAMES)), ids=LAYOUT_NAMES)
def test_click_chooses_a_layout_at_once(
    mac: HeadlessMac, open_program: Callable[[str], tuple[int, ...]], index: int
) -> None:
    _, x, y, *_ = open_program("keyboard")
    column, row = divmod(index, ROWS)
    mac.click(x + CONTENT[0] + 24 + 122 * column, y + CONTENT[1] + 28 + 9 + 18 * row)
    assert present(mac) == LAYOUT_NAMES[index]
    assert mac.board.xpram.read(0x86) == index


def test_arrow_keys_choose_a_layout(mac: HeadlessMac, window: Callable[[], NDArray[np.uint8]]) -> None:
    seen = []
    for key in (UP, LEFT, DOWN, RIGHT, DOWN, UP, LEFT):
        mac.type_key(key)
        seen.append(present(mac))
    expected = [0, 0, 1, 1 + ROWS, 2 + ROWS, 1 + ROWS, 1]
    assert seen == [LAYOUT_NAMES[index] for index in expected]


def test_window_shows_the_layout_that_the_host_chose(
    mac: HeadlessMac, window: Callable[[], NDArray[np.uint8]], boot: Callable[..., HeadlessMac]
) -> None:
    american = window()
    mac.board.keyboard_layout.request("french")
    french = window()
    assert not np.array_equal(french, american)
    mac.board.keyboard_layout.request("us")
    assert np.array_equal(window(), american)


def test_keys_light_up_while_they_are_down(mac: HeadlessMac, window: Callable[[], NDArray[np.uint8]]) -> None:
    before = window()
    for code in (KEY_A, 0x7B, 0x31, 0x24, 0x33):
        mac.key(code, True)
        down = window()
        assert not np.array_equal(down[: FIELD.start], before[: FIELD.start])
        mac.key(code, False)
        assert np.array_equal(window()[: FIELD.start], before[: FIELD.start])


@pytest.mark.parametrize("held", [(SHIFT,), (OPTION,), (OPTION, SHIFT), (CAPS_LOCK,)])
def test_keys_show_what_they_type_with_the_held_modifiers(
    mac: HeadlessMac, window: Callable[[], NDArray[np.uint8]], held: tuple[int, ...]
) -> None:
    before = window()
    for code in held:
        mac.key(code, True)
    # The key of E, in the second row, is not down: its character is another one.
    top, left = CONTENT[1] + 28 + 18 * ROWS + 9 + 4 + 24, CONTENT[0] + 16 + 4 + 36 + 48
    key = np.s_[top : top + 24, left : left + 24]
    assert not np.array_equal(window()[key], before[key])
    for code in held:
        mac.key(code, False)
    assert np.array_equal(window(), before)


def test_picture_after_single_changes_equals_a_full_redraw(
    mac: HeadlessMac, window: Callable[[], NDArray[np.uint8]], front: Callable[[], tuple[int, ...]]
) -> None:
    mac.board.keyboard_layout.request("german")
    mac.key(SHIFT, True)
    mac.key(0x18, True)  # a dead key: what it composes with is shown
    mac.key(0x18, False)
    mac.run(1)
    mac.type_key(KEY_S)
    seen = window()
    place = front()
    _, x, y, *_ = place
    mac.drag((x + 100, y + 8), (x + 100, y + 438))
    mac.drag((x + 100, y + 438), (x + 100, y + 8))
    mac.mouse(5, 700)
    assert front() == place
    assert np.array_equal(window(), seen)


def test_field_shows_what_is_typed(mac: HeadlessMac, window: Callable[[], NDArray[np.uint8]]) -> None:
    empty = window()
    mac.type_key(KEY_E, OPTION)
    assert np.array_equal(window()[FIELD], empty[FIELD])
    mac.type_key(KEY_E)
    accented = window()
    assert not np.array_equal(accented[FIELD], empty[FIELD])
    mac.type_key(BACKSPACE)
    assert np.array_equal(window(), empty)
    mac.type_key(BACKSPACE)
    assert np.array_equal(window(), empty)
    for _ in range(120):
        mac.type_key(KEY_A)
    full = window()
    mac.type_key(KEY_A)
    assert np.array_equal(window(), full)
    mac.type_key(RETURN)
    assert np.array_equal(window(), empty)


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16, 32])
def test_window_fits_the_smallest_screen(boot: Callable[..., HeadlessMac], depth: int) -> None:
    xpram = Xpram(None)
    mac = boot(width=512, height=342, depth=depth, xpram=xpram)
    mac.click(28, 10)
    mac.click(48, 75)
    mac.run(20)
    assert mac.memory.read32(0xB18) == 8
    x, y = divmod(mac.memory.read32(0xB10), 1 << 16)
    width, height = divmod(mac.memory.read32(0xB14), 1 << 16)
    assert x >= 0
    assert y >= 20
    assert x + width <= 512
    assert y + height <= 342
