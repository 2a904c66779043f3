"""The wheel: it scrolls the window under the pointer and changes nothing else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from moof.mac.headless import HeadlessMac

OPEN_WINDOWS, MENU = 0xB20, 0xB28
LINES = 60
COMMAND, UP = 0x37, 0x3E


@pytest.fixture
def notes(
    mac: HeadlessMac, open_program: Callable[[str], tuple[int, ...]], type_text: Callable[[str], None]
) -> tuple[int, int]:
    """Notes with LINES numbered lines, the caret at the start; returns a point in its text."""
    _, x, y, *_ = open_program("notes")
    type_text("".join(f"{line}\r" for line in range(LINES)))
    mac.type_key(UP, COMMAND)
    return x + 100, y + 100


def test_wheel_scrolls_by_the_lines_it_turned_and_keeps_the_rest(
    mac: HeadlessMac, notes: tuple[int, int]
) -> None:
    mac.mouse(*notes)
    top = mac.picture()
    for _ in range(4):
        mac.wheel(0, 5)
    one_by_one = mac.picture()
    assert not np.array_equal(one_by_one, top)
    mac.wheel(0, -20)
    assert np.array_equal(mac.picture(), top)
    mac.wheel(0, 20)
    assert np.array_equal(mac.picture(), one_by_one)


def test_wheel_stops_at_both_ends(mac: HeadlessMac, notes: tuple[int, int]) -> None:
    mac.mouse(*notes)
    top = mac.picture()
    mac.wheel(0, -32_000)
    assert np.array_equal(mac.picture(), top)
    mac.wheel(0, 32_000)
    bottom = mac.picture()
    mac.wheel(0, 32_000)
    mac.wheel(0, 19)
    assert np.array_equal(mac.picture(), bottom)
    mac.wheel(0, -32_000)
    assert np.array_equal(mac.picture(), top)


def test_horizontal_turn_keeps_the_rest_of_the_vertical_one(mac: HeadlessMac, notes: tuple[int, int]) -> None:
    mac.mouse(*notes)
    mac.wheel(0, -1)
    top = mac.picture()
    mac.wheel(0, 10)
    mac.wheel(300, 0)
    assert np.array_equal(mac.picture(), top)
    mac.wheel(0, 10)
    assert not np.array_equal(mac.picture(), top)


def test_turns_queued_within_one_tick_are_added(mac: HeadlessMac, notes: tuple[int, int]) -> None:
    mac.mouse(*notes)
    mac.wheel(0, 200)
    expected = mac.picture()
    mac.wheel(0, -200)
    for _ in range(200):
        mac.board.adb.wheel(0, 1)
    mac.run(1)
    assert np.array_equal(mac.picture(), expected)


def test_scrolling_keeps_caret_and_selection(
    mac: HeadlessMac,
    notes: tuple[int, int],
    type_text: Callable[[str], None],
    notes_text: Callable[[], str],
    command_key: Callable[[str], None],
) -> None:
    mac.mouse(*notes)
    mac.wheel(0, 400)
    type_text("x")
    assert notes_text().startswith("x0\r1\r")
    command_key("a")
    mac.wheel(0, -400)
    type_text("y")
    assert notes_text() == "y"


def test_wheel_scrolls_the_window_under_the_pointer_behind_the_front_one(
    mac: HeadlessMac,
    notes: tuple[int, int],
    open_program: Callable[[str], tuple[int, ...]],
    front: Callable[[], tuple[int, ...]],
) -> None:
    open_program("calculator")
    before = front()
    mac.mouse(*notes)
    unscrolled = mac.picture()
    mac.wheel(0, 200)
    scrolled = mac.picture()
    assert not np.array_equal(scrolled, unscrolled)
    assert front() == before
    mac.mouse(before[1] + 40, before[2] + 60)
    mac.wheel(0, -200)
    mac.mouse(*notes)
    assert np.array_equal(mac.picture(), scrolled)


@pytest.mark.parametrize("program", ["monitors", "sketch", "sound", "calculator", "about"])
def test_wheel_changes_nothing_in_programs_without_a_scroll_bar(
    mac: HeadlessMac, open_program: Callable[[str], tuple[int, ...]], program: str
) -> None:
    _, x, y, *_ = open_program(program)
    mac.mouse(x + 120, y + 90)
    mac.memory.write32(0x16A, 0)  # About shows the ticks: the same in both pictures
    mac.run(1)
    before = mac.picture()
    mode = mac.board.video.mode
    mac.memory.write32(0x16A, 0)
    for dy in (-300, 300, 40):
        mac.board.adb.wheel(0, dy)
    mac.run(1)
    assert mac.board.video.mode == mode
    assert np.array_equal(mac.picture(), before)


def test_open_menu_ignores_the_wheel(mac: HeadlessMac, notes: tuple[int, int]) -> None:
    mac.mouse(*notes)
    before = mac.picture()
    mac.click(60, 10)
    mac.run(30)
    mac.mouse(*notes)
    shown = mac.picture()
    mac.wheel(0, 200)
    assert mac.memory.read32(MENU) == 1
    assert np.array_equal(mac.picture(), shown)
    mac.type_key(0x35)
    assert mac.memory.read32(MENU) == 0
    lower_lines = slice(notes[1], None)  # without the caret, which blinks
    assert np.array_equal(mac.picture()[lower_lines], before[lower_lines])


def test_wheel_is_ignored_while_a_button_is_held(mac: HeadlessMac, notes: tuple[int, int]) -> None:
    mac.mouse(*notes)
    x, y = notes[0], notes[1] - 90  # the title bar
    mac.mouse(x, y)
    mac.mouse(x, y, 1)
    held = mac.picture()
    for _ in range(300):
        mac.wheel(0, 200)
        mac.mouse(x, y, 1)
    assert np.array_equal(mac.picture(), held)
    mac.mouse(x, y)
    assert np.array_equal(mac.picture(), held)
    assert mac.memory.read32(OPEN_WINDOWS) == 1


def test_wheel_on_the_desktop_keeps_the_selected_icon(mac: HeadlessMac) -> None:
    mac.click(980, 52)
    before = mac.picture()
    mac.wheel(0, 100)
    assert np.array_equal(mac.picture(), before)
