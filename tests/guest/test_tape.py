"""Calculator's tape: what it has, and saving it as a document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from moof.mac.headless import HeadlessMac

DIALOG = 0xB2C
NONE, ALERT, OPEN, SAVE = range(4)
RETURN, ESCAPE = 0x24, 0x35


@pytest.fixture
def mac(mac_with_empty_disk: HeadlessMac) -> HeadlessMac:
    return mac_with_empty_disk


class Tape:
    """Calculator in front, by keys."""

    def __init__(
        self, mac: HeadlessMac, type_text: Callable[[str], None], key: Callable[[str], None], path: Path
    ) -> None:
        self.mac = mac
        self.type = type_text
        self._key = key
        self._path = path

    def command(self, character: str) -> None:
        """Press a command key and wait for what it shows."""
        self._key(character)
        self.mac.run(5)

    def press(self, code: int) -> None:
        """Press a key and wait: a button blinks."""
        self.mac.type_key(code)
        self.mac.run(15)

    def save_as(self, name: str) -> str:
        """Save the tape under a name, for which a dialog asks; return the file."""
        self.command("s")
        assert self.dialog == SAVE
        self.type(name)
        self.press(RETURN)
        assert self.dialog == NONE
        return (self._path / name).read_text()

    @property
    def dialog(self) -> int:
        return self.mac.memory.read32(DIALOG)


@pytest.fixture
def tape(
    mac: HeadlessMac,
    open_program: Callable[[str], object],
    type_text: Callable[[str], None],
    command_key: Callable[[str], None],
    path: Path,
) -> Tape:
    open_program("calculator")
    return Tape(mac, type_text, command_key, path)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("12.5*8=", "12.5 x\n8 =\n100\n\n"),
        ("1+2/3=", "1 +\n2 ÷\n3 =\n1\n\n"),
        ("7/0=", "7 ÷\n0 =\nError\n\n"),
        ("7+-*2=", "7 x\n2 =\n14\n\n"),
        ("7+2c3-1=", "7 +\n2 C\n3 -\n1 =\n2\n\n"),
        ("5==+", "5 +\n"),
        ("1+1=*3=", "1 +\n1 =\n2\n\n2 x\n3 =\n6\n\n"),
    ],
)
def test_the_tape_has_each_number_and_what_is_done_with_it(tape: Tape, keys: str, text: str) -> None:
    tape.type(keys)
    assert tape.save_as("sums") == text


def test_an_empty_tape_is_not_saved(tape: Tape) -> None:
    tape.type("5")
    tape.command("s")
    assert tape.dialog == NONE


def test_a_tape_that_has_a_file_is_saved_to_it_and_asks_before_it_is_closed(tape: Tape, path: Path) -> None:
    tape.type("1+1=")
    tape.save_as("sums")
    tape.type("2+2=")
    tape.command("w")
    assert tape.dialog == ALERT
    tape.press(ESCAPE)
    tape.command("s")
    assert tape.dialog == NONE
    assert (path / "sums").read_text() == "1 +\n1 =\n2\n\n2 +\n2 =\n4\n\n"
    tape.command("w")
    assert tape.dialog == NONE


def test_a_tape_without_a_file_stays_while_calculator_is_closed(
    tape: Tape, open_program: Callable[[str], object]
) -> None:
    tape.type("1+1=")
    tape.command("w")
    assert tape.dialog == NONE
    open_program("calculator")
    tape.type("3+")
    assert tape.save_as("sums") == "1 +\n1 =\n2\n\n3 +\n"


def test_a_tape_is_opened_and_goes_on(tape: Tape, path: Path) -> None:
    (path / "older").write_text("1 +\n2")
    tape.command("o")
    assert tape.dialog == OPEN
    tape.type("o")
    tape.press(RETURN)
    tape.type("4+")
    tape.command("s")
    assert (path / "older").read_text() == "1 +\n2\n4 +\n"


def test_new_begins_an_empty_tape(tape: Tape) -> None:
    tape.type("1+")
    tape.command("n")
    tape.type("*")
    tape.type("2=")
    assert tape.save_as("sums") == "2 =\n2\n\n"


def test_a_full_tape_loses_its_oldest_lines(tape: Tape, path: Path) -> None:
    lines = [f"{number:014}" for number in range(2_133)]
    (path / "long").write_text("\n".join(lines) + "\n")
    tape.command("o")
    tape.type("l")
    tape.press(RETURN)
    tape.type("123456789+")
    tape.command("s")
    assert (path / "long").read_text().split() == [*lines[1:], "123456789", "+"]
