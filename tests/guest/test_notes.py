"""Notes: typing, the caret, the selection, the clipboard."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from moof.mac.clipboard import CopyListener
from moof.mac.headless import HeadlessMac

PLAIN = "asdfhgzxcv\0bqweryt123465=97-80]ou[ip\rlj'k;\\,/nm.\t `"  # of a US keyboard, by ADB code
LEFT, RIGHT, DOWN, UP = 0x3B, 0x3C, 0x3D, 0x3E
SHIFT, OPTION, COMMAND = 0x38, 0x3A, 0x37
KEY_THRESH, KEY_REP_THRESH = 0x18E, 0x190
BACKSPACE, FORWARD_DELETE = 0x33, 0x75


@pytest.fixture
def notes(mac: HeadlessMac, open_program: Callable[[str], tuple[int, ...]]) -> HeadlessMac:
    open_program("notes")
    return mac


@pytest.fixture(autouse=True)
def _in_notes(notes: HeadlessMac) -> None:
    """Open Notes with an empty text in front, for each test."""


def test_main_block_keys_type_their_characters(
    type_text: Callable[[str], None], notes_text: Callable[[], str]
) -> None:
    everything = "".join(map(chr, range(0x20, 0x7F)))
    type_text(everything)
    assert notes_text() == everything


def test_caps_lock_shifts_letters_only(mac: HeadlessMac, notes_text: Callable[[], str]) -> None:
    mac.key(0x39, True)
    mac.type_key(0x00)
    mac.type_key(0x12)
    mac.key(0x39, False)
    mac.type_key(0x00)
    assert notes_text() == "A1a"


def test_option_types_special_characters(mac: HeadlessMac, notes_text: Callable[[], str]) -> None:
    mac.type_key(0x01, OPTION)
    mac.type_key(0x1C, OPTION)
    mac.type_key(0x00, OPTION, SHIFT)
    assert notes_text() == "ß•Å"


def test_held_key_repeats(mac: HeadlessMac, notes_text: Callable[[], str]) -> None:
    mac.key(0x07, True)
    mac.run(20)
    assert notes_text() == "x"
    mac.run(30)
    mac.key(0x07, False)
    repeated = notes_text()
    mac.run(30)
    assert 5 <= len(repeated) <= 12
    assert notes_text() == repeated


def test_low_memory_says_when_a_held_key_repeats(mac: HeadlessMac, notes_text: Callable[[], str]) -> None:
    assert (mac.memory.read16(KEY_THRESH), mac.memory.read16(KEY_REP_THRESH)) == (24, 3)
    mac.memory.write16(KEY_THRESH, 0xFFFF)
    mac.key(0x07, True)
    mac.run(100)
    mac.key(0x07, False)
    assert notes_text() == "x"
    mac.memory.write16(KEY_THRESH, 5)
    mac.memory.write16(KEY_REP_THRESH, 50)
    mac.key(0x07, True)
    mac.run(40)
    mac.key(0x07, False)
    assert notes_text() == "xxx"


def test_keys_queued_within_one_tick_are_all_typed(mac: HeadlessMac, notes_text: Callable[[], str]) -> None:
    for code in (0x04, 0x0E, 0x25, 0x2D, 0x1F):
        mac.board.adb.key(code, True)
        mac.board.adb.key(code, False)
    mac.run(1)
    assert notes_text() == "helno"


def test_backspace_and_delete_erase(
    mac: HeadlessMac, type_text: Callable[[str], None], notes_text: Callable[[], str]
) -> None:
    type_text("abcdef")
    mac.type_key(BACKSPACE)
    mac.type_key(LEFT)
    mac.type_key(LEFT)
    mac.type_key(FORWARD_DELETE)
    assert notes_text() == "abce"
    mac.type_key(LEFT, COMMAND)
    mac.type_key(BACKSPACE)
    assert notes_text() == "abce"


def test_command_keys_cut_copy_and_paste(
    mac: HeadlessMac,
    type_text: Callable[[str], None],
    notes_text: Callable[[], str],
    command_key: Callable[[str], None],
) -> None:
    type_text("one two")
    for _ in range(3):
        mac.type_key(LEFT, SHIFT)
    command_key("x")
    assert notes_text() == "one "
    mac.type_key(UP, COMMAND)
    command_key("v")
    command_key("v")
    assert notes_text() == "twotwoone "
    command_key("a")
    command_key("c")
    mac.type_key(RIGHT)
    command_key("v")
    assert notes_text() == "twotwoone " * 2


def test_second_undo_redoes_a_cut(
    mac: HeadlessMac,
    type_text: Callable[[str], None],
    notes_text: Callable[[], str],
    command_key: Callable[[str], None],
) -> None:
    type_text("moof")
    command_key("a")
    mac.drag((102, 10), (112, 57))  # Edit, Cut
    mac.run(20)
    assert notes_text() == ""
    command_key("z")
    assert notes_text() == "moof"
    command_key("z")
    assert notes_text() == ""


def test_typing_replaces_the_selection_and_is_one_undo_step(
    mac: HeadlessMac,
    type_text: Callable[[str], None],
    notes_text: Callable[[], str],
    command_key: Callable[[str], None],
) -> None:
    type_text("good evening")
    mac.type_key(LEFT, OPTION, SHIFT)
    type_text("day")
    assert notes_text() == "good day"
    command_key("z")
    assert notes_text() == "good evening"


def test_mouse_selects_text(
    mac: HeadlessMac,
    front: Callable[[], tuple[int, ...]],
    type_text: Callable[[str], None],
    notes_text: Callable[[], str],
) -> None:
    type_text("first line\rsecond line")
    _, x, y, *_ = front()
    mac.drag((x + 2, y + 30), (x + 400, y + 30))
    type_text("1")
    assert notes_text() == "1\rsecond line"
    mac.click(x + 20, y + 50)
    mac.click(x + 20, y + 50)
    type_text("2")
    assert notes_text() == "1\r2 line"


def test_up_and_down_keep_the_column(
    mac: HeadlessMac, type_text: Callable[[str], None], notes_text: Callable[[], str]
) -> None:
    type_text("abcdef\rab\rabcdef")
    for key in (LEFT, UP, UP):
        mac.type_key(key)
    type_text("|")
    assert notes_text() == "abcde|f\rab\rabcdef"
    mac.type_key(DOWN)
    type_text("|")
    assert notes_text() == "abcde|f\rab|\rabcdef"


def test_long_text_wraps_scrolls_and_is_kept_when_closed(
    mac: HeadlessMac,
    type_text: Callable[[str], None],
    notes_text: Callable[[], str],
    command_key: Callable[[str], None],
) -> None:
    type_text("the quick brown fox jumps over the lazy dog ")
    for _ in range(6):
        command_key("a")
        command_key("c")
        mac.type_key(RIGHT)
        command_key("v")
    text = notes_text()
    assert len(text) == 44 * 64
    at_the_end = mac.picture()
    mac.type_key(UP, COMMAND)
    assert not np.array_equal(mac.picture(), at_the_end)
    command_key("w")
    mac.click(28, 10)
    mac.click(48, 111)
    mac.run(20)
    assert notes_text() == text


def test_text_is_limited_to_its_maximum_length(
    mac: HeadlessMac,
    type_text: Callable[[str], None],
    notes_text: Callable[[], str],
    command_key: Callable[[str], None],
) -> None:
    type_text("0123456789abcdef")
    for _ in range(12):
        command_key("a")
        command_key("c")
        mac.type_key(RIGHT)
        command_key("v")
    full = "0123456789abcdef" * 2048
    assert notes_text() == full
    type_text("x")
    assert notes_text() == full
    for _ in range(3):
        mac.type_key(BACKSPACE)
    for code in (0x07, 0x10, 0x06, 0x07, 0x10):  # x, y, z, x, y within one tick
        mac.board.adb.key(code, True)
        mac.board.adb.key(code, False)
    mac.run(1)
    assert notes_text() == full[:-3] + "xyz"


def test_typing_in_the_middle_of_a_long_text_moves_the_rest(
    mac: HeadlessMac,
    type_text: Callable[[str], None],
    notes_text: Callable[[], str],
    command_key: Callable[[str], None],
) -> None:
    text = "several words, and some more\r"
    type_text(text)
    for _ in range(8):
        command_key("a")
        command_key("c")
        mac.type_key(RIGHT)
        command_key("v")
    text *= 256
    mac.type_key(UP, COMMAND)
    for _ in range(3):
        mac.type_key(DOWN)
    place = 3 * 29
    for typed in ("a", "bc", "def", "ghijklmno", "p"):
        for character in typed:
            mac.board.adb.key(PLAIN.index(character), True)
            mac.board.adb.key(PLAIN.index(character), False)
        mac.run(1)
        text = text[:place] + typed + text[place:]
        place += len(typed)
        assert notes_text() == text
    for _ in range(16):
        mac.type_key(BACKSPACE)
    assert notes_text() == text[: place - 16] + text[place:]


def test_caret_blinks_and_cursor_is_hidden_while_typing(
    mac: HeadlessMac, type_text: Callable[[str], None]
) -> None:
    mac.mouse(300, 200)
    type_text("a")
    assert not mac.board.video.cursor[2]
    shown = mac.picture()
    mac.run(33)
    assert not np.array_equal(mac.picture(), shown)
    mac.run(32)
    assert np.array_equal(mac.picture(), shown)
    mac.mouse(301, 200)
    assert mac.board.video.cursor[2]


def test_new_clears_the_text(
    type_text: Callable[[str], None], notes_text: Callable[[], str], command_key: Callable[[str], None]
) -> None:
    type_text("away with it")
    command_key("n")
    assert notes_text() == ""


class Copies(CopyListener):
    """Keeps what was copied."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def text_copied(self, text: str) -> None:
        self.texts.append(text)


def test_clipboard_is_shared_with_the_host(
    mac: HeadlessMac,
    type_text: Callable[[str], None],
    notes_text: Callable[[], str],
    command_key: Callable[[str], None],
) -> None:
    copies = Copies()
    mac.board.clipboard.add_listener(copies)
    type_text("one\rtwo")
    command_key("a")
    command_key("c")
    command_key("c")
    assert copies.texts == ["one\ntwo"] * 2
    mac.board.clipboard.give("Größe…\n")
    command_key("v")
    command_key("v")
    assert notes_text() == "Größe…\r" * 2
    mac.board.clipboard.give("never pasted")
    command_key("a")
    command_key("x")
    command_key("v")
    assert notes_text() == copies.texts[-1].replace("\n", "\r") == "Größe…\r" * 2


def test_a_text_of_the_host_fills_the_clipboard_and_no_more(
    mac: HeadlessMac, notes_text: Callable[[], str], command_key: Callable[[str], None]
) -> None:
    mac.board.clipboard.give("x" * 60_000)
    command_key("v")
    assert notes_text() == "x" * 32_768
