"""Documents in Notes: opened, saved and closed by dialogs, on a disk that may be full, locked or gone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from moof.mac.documents_folder import DocumentsFolder, first_documents
from moof.mac.headless import HeadlessMac
from moof.mac.xpram import Xpram

DIALOG, TITLE, DIRTY = 0xB2C, 0xB30, 0xB34
NONE, ALERT, OPEN, SAVE = range(4)
RETURN, ESCAPE, UP, SHIFT, COMMAND = 0x24, 0x35, 0x3E, 0x38, 0x37


@pytest.fixture
def mac(mac_with_empty_disk: HeadlessMac) -> HeadlessMac:
    return mac_with_empty_disk


@pytest.fixture(autouse=True)
def _in_notes(mac: HeadlessMac, open_program: Callable[[str], object]) -> None:
    """Open Notes in front, for each test."""
    open_program("notes")


class Notes:
    """Notes, by keys, and what low memory says of it."""

    def __init__(
        self, mac: HeadlessMac, type_text: Callable[[str], None], key: Callable[[str], None]
    ) -> None:
        self.mac = mac
        self.type = type_text
        self._key = key

    def command(self, character: str) -> None:
        """Press a command key and wait for what it shows."""
        self._key(character)
        self.mac.run(3)

    def press(self, code: int) -> None:
        """Press a key and wait: a button blinks."""
        self.mac.type_key(code)
        self.mac.run(15)

    def save_as(self, name: str) -> None:
        """Give the name in the dialog that Save has opened."""
        assert self.dialog == SAVE
        self.type(name)
        self.press(RETURN)

    @property
    def dialog(self) -> int:
        return self.mac.memory.read32(DIALOG)

    @property
    def title(self) -> str:
        address = self.mac.memory.read32(TITLE)
        return self.mac.memory.read_c_string(address, 32).decode("mac_roman")

    @property
    def dirty(self) -> bool:
        return bool(self.mac.memory.read32(DIRTY))


@pytest.fixture
def notes(mac: HeadlessMac, type_text: Callable[[str], None], command_key: Callable[[str], None]) -> Notes:
    return Notes(mac, type_text, command_key)


def test_what_is_saved_is_there_after_a_reset(
    mac: HeadlessMac,
    notes: Notes,
    path: Path,
    notes_text: Callable[[], str],
    open_program: Callable[[str], object],
) -> None:
    notes.type("one\rtwo")
    assert (notes.title, notes.dirty) == ("untitled", True)
    notes.command("s")
    notes.save_as("My letter")
    assert (notes.title, notes.dirty, notes.dialog) == ("My letter", False, NONE)
    assert (path / "My letter").read_text() == "one\ntwo"
    mac.reset()
    mac.run(10)
    open_program("notes")
    assert notes_text() == ""
    notes.command("o")
    notes.press(RETURN)
    assert (notes_text(), notes.title) == ("one\rtwo", "My letter")
    notes.type("zero ")
    notes.command("s")
    assert (path / "My letter").read_text() == "zero one\ntwo"
    assert [each.name for each in path.iterdir()] == ["My letter"]


def test_the_host_gets_utf_8_and_the_mac_mac_roman(
    mac: HeadlessMac, notes: Notes, path: Path, notes_text: Callable[[], str]
) -> None:
    (path / "Grüße").write_text("Größe\n", "utf-8")
    notes.command("o")
    notes.press(RETURN)
    assert (notes_text(), notes.title) == ("Größe\r", "Grüße")
    mac.type_key(0x01, 0x3A)  # option-s
    notes.command("s")
    assert (path / "Grüße").read_text("utf-8") == "ßGröße\n"


def test_typed_letters_select_a_document_and_the_mouse_opens_one(
    mac: HeadlessMac, notes: Notes, path: Path, notes_text: Callable[[], str]
) -> None:
    for name in ("apple", "Pear", "plum", "quince"):
        (path / name).write_text(name)
    (path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    notes.command("o")
    notes.type("pl")
    notes.press(RETURN)
    assert notes_text() == "plum"
    notes.command("o")
    x, y = (1024 - 384) // 2 + 60, 20 + (768 - 20 - 222) // 3 + 40 + 9
    mac.click(x, y + 18)
    mac.click(x, y + 18)
    mac.run(5)
    assert notes_text() == "Pear"
    notes.command("o")
    notes.press(ESCAPE)
    assert (notes_text(), notes.dialog) == ("Pear", NONE)


def test_closing_asks_whether_to_save(
    notes: Notes,
    path: Path,
    notes_text: Callable[[], str],
    front: Callable[[], tuple[int, ...]],
    open_program: Callable[[str], object],
) -> None:
    notes.type("text")
    notes.command("w")
    assert notes.dialog == ALERT
    notes.press(ESCAPE)
    assert (front()[0], notes_text()) == (1, "text")
    notes.command("w")
    notes.press(RETURN)
    notes.save_as("kept")
    assert (front()[0], (path / "kept").read_text()) == (0, "text")
    open_program("notes")
    assert (notes_text(), notes.title) == ("", "untitled")
    notes.type("forget this")
    notes.command("w")
    notes.type("d")  # Don't Save
    notes.mac.run(15)
    assert front()[0] == 0
    assert [each.name for each in path.iterdir()] == ["kept"]


def test_shut_down_asks_whether_to_save(mac: HeadlessMac, notes: Notes) -> None:
    notes.type("text")
    for _ in range(2):
        mac.drag((205, 10), (215, 93))  # Special, Shut Down
        mac.run(20)
        assert (notes.dialog, mac.board.power_request) == (ALERT, None)
        notes.press(ESCAPE)
    mac.drag((205, 10), (215, 93))
    mac.run(20)
    notes.type("d")
    mac.run(15)
    assert mac.board.power_request is not None


def test_a_name_that_exists_is_replaced_only_if_the_user_says_so(notes: Notes, path: Path) -> None:
    (path / "letter").write_text("old")
    notes.type("new")
    notes.command("s")
    notes.save_as("LETTER")
    assert notes.dialog == ALERT
    notes.press(RETURN)  # Cancel
    assert (notes.dialog, (path / "letter").read_text()) == (SAVE, "old")
    notes.press(RETURN)
    notes.type("r")  # Replace
    notes.mac.run(15)
    assert (notes.dialog, (path / "letter").read_text()) == (NONE, "new")


def test_a_document_that_appears_meanwhile_is_not_replaced(notes: Notes, path: Path) -> None:
    notes.type("new")
    notes.command("s")
    notes.type("letter")
    (path / "letter").write_text("of another program")
    notes.press(RETURN)
    assert notes.dialog == ALERT
    notes.press(RETURN)
    assert (notes.dialog, notes.dirty) == (SAVE, True)
    assert (path / "letter").read_text() == "of another program"


def test_a_locked_or_vanished_disk_loses_nothing(
    notes: Notes, path: Path, notes_text: Callable[[], str]
) -> None:
    notes.type("one")
    notes.command("s")
    notes.save_as("letter")
    (path / "letter").chmod(0o444)
    notes.type(" two")
    notes.command("s")
    assert notes.dialog == ALERT
    notes.press(RETURN)
    assert (notes_text(), notes.dirty, (path / "letter").read_text()) == ("one two", True, "one")
    shutil.rmtree(path)
    for key in ("s", "o"):
        notes.command(key)
        if key == "o":
            notes.type("d")
            notes.mac.run(15)
        assert notes.dialog == ALERT
        notes.press(RETURN)
        assert (notes_text(), notes.dirty, notes.dialog) == ("one two", True, NONE)


def test_a_text_that_the_mac_cannot_show_keeps_its_file(
    notes: Notes, path: Path, notes_text: Callable[[], str]
) -> None:
    (path / "polish").write_text("żółw", "utf-8")
    notes.command("o")
    notes.press(RETURN)
    assert notes_text() == "zólw"
    notes.command("s")
    notes.save_as("copy")
    assert (path / "polish").read_text("utf-8") == "żółw"
    assert (path / "copy").read_text("utf-8") == "zólw"


def test_a_text_that_is_too_long_is_not_opened(
    notes: Notes, path: Path, notes_text: Callable[[], str]
) -> None:
    (path / "long").write_text("x" * 32_769)
    notes.command("o")
    notes.press(RETURN)
    assert (notes.dialog, notes_text()) == (ALERT, "")
    notes.press(RETURN)
    (path / "long").write_text("x" * 32_768)
    notes.command("o")
    notes.press(RETURN)
    assert notes_text() == "x" * 32_768


def test_new_asks_and_begins_an_untitled_document(notes: Notes, notes_text: Callable[[], str]) -> None:
    notes.type("text")
    notes.command("n")
    notes.press(ESCAPE)
    assert notes_text() == "text"
    notes.command("n")
    notes.type("d")
    notes.mac.run(15)
    assert (notes_text(), notes.title, notes.dirty) == ("", "untitled", False)


def test_the_read_me_opens_at_the_first_start_alone(boot: Callable[..., HeadlessMac], tmp_path: Path) -> None:
    folder = DocumentsFolder(tmp_path / "new")
    folder.prepare(first_documents())
    xpram = Xpram(None)
    first = boot(documents=folder, xpram=xpram)
    first.run(10)
    assert first.memory.read_c_string(first.memory.read32(TITLE), 32) == b"Read Me"
    assert first.memory.read32(0xB0C) > 500
    again = boot(documents=folder, xpram=xpram)
    again.run(10)
    assert again.memory.read32(0xB20) == 0


def test_a_folder_without_the_read_me_opens_nothing(boot: Callable[..., HeadlessMac], tmp_path: Path) -> None:
    folder = DocumentsFolder(tmp_path / "own")
    folder.prepare({})
    first = boot(documents=folder, xpram=Xpram(None))
    first.run(10)
    assert first.memory.read32(0xB20) == 0
