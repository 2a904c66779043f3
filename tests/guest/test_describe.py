"""What the desktop says of its menus, windows and dialogs while the host asks."""

from collections.abc import Callable
from pathlib import Path

import pytest

from moof.extension import PartKind, PartState, ScreenPart
from moof.mac.documents_folder import DocumentsFolder
from moof.mac.headless import HeadlessMac
from moof.mac.screen_reader import DescriptionListener
from moof.mac.xpram import Xpram

COMMAND, KEY_A, KEY_W, KEY_4, KEY_DOWN = 0x37, 0x00, 0x0D, 0x15, 0x3D

WELCOMED = 0x87


@pytest.fixture
def mac(boot: Callable[..., HeadlessMac], tmp_path: Path) -> HeadlessMac:
    """A Mac with an empty disk, which asks before changes are lost, and whose user knows the Read Me."""
    folder = DocumentsFolder(tmp_path / "documents")
    folder.prepare({})
    xpram = Xpram(None)
    xpram.write(WELCOMED, 1)
    return boot(documents=folder, xpram=xpram)


class Listener(DescriptionListener):
    def __init__(self, mac: HeadlessMac) -> None:
        self.parts: tuple[ScreenPart, ...] = ()
        mac.board.screen_reader.add_listener(self)
        mac.board.screen_reader.read(True)
        mac.run(2)

    def screen_described(self, parts: tuple[ScreenPart, ...]) -> None:
        self.parts = parts

    def of(self, kind: PartKind) -> list[str]:
        return [part.text for part in self.parts if part.kind is kind]


def test_menus_and_icons(mac: HeadlessMac) -> None:
    before = mac.picture()
    listener = Listener(mac)
    assert listener.of(PartKind.MENU) == ["Moof", "File", "Edit", "View", "Special"]
    assert {"Copy\tC", "Restart", "Save As…"} <= set(listener.of(PartKind.ITEM))
    assert "Sketch" in listener.of(PartKind.OPTION)
    assert (mac.picture()[40:] == before[40:]).all()


def test_an_open_menu_is_active(mac: HeadlessMac) -> None:
    listener = Listener(mac)
    mac.mouse(60, 8, 1)
    mac.run(30)
    assert [part.text for part in listener.parts if part.kind is PartKind.MENU and part.state] == ["File"]
    mac.mouse(400, 400, 0)
    mac.run(30)
    assert not any(part.state for part in listener.parts if part.kind is PartKind.MENU)


def test_the_keys_select_an_icon(mac: HeadlessMac) -> None:
    listener = Listener(mac)
    for _ in range(2):
        mac.type_key(KEY_DOWN)
        mac.run(20)
    options = [part for part in listener.parts if part.kind is PartKind.OPTION]
    assert [part.text for part in options if part.state is PartState.ACTIVE] == [options[1].text]


def test_the_number_in_calculator(mac: HeadlessMac, open_program: Callable[[str], object]) -> None:
    listener = Listener(mac)
    open_program("calculator")
    mac.type_key(KEY_4)
    mac.run(40)
    assert ScreenPart(PartKind.FIELD, PartState.ACTIVE, "4") in listener.parts


def test_the_text_in_notes_and_a_dialog(mac: HeadlessMac, open_program: Callable[[str], object]) -> None:
    listener = Listener(mac)
    open_program("notes")
    mac.type_key(KEY_A)
    mac.run(40)
    assert listener.of(PartKind.WINDOW) == ["untitled"]
    assert ScreenPart(PartKind.FIELD, PartState.ACTIVE, "a") in listener.parts
    mac.type_key(KEY_W, COMMAND)
    mac.run(40)
    assert listener.of(PartKind.DIALOG) == [""]
    assert any("Save changes" in text for text in listener.of(PartKind.TEXT))
    buttons = {part.text: part.state for part in listener.parts if part.kind is PartKind.BUTTON}
    assert (buttons["Save"], buttons["Cancel"]) == (PartState.ACTIVE, PartState.NONE)


def test_nothing_is_described_unless_it_is_asked_for(mac: HeadlessMac) -> None:
    listener = Listener(mac)
    mac.board.screen_reader.read(False)
    mac.run(5)
    listener.parts = ()
    mac.mouse(60, 8, 1)
    mac.run(30)
    assert listener.parts == ()
