"""The disk's window and the Trash: what the host's folder has, renamed, opened and thrown away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from moof.mac.documents_folder import TRASH, DocumentsFolder
from moof.mac.headless import HeadlessMac
from moof.mac.xpram import Xpram
from support.waiting import wait_for_value

DISK, NOTES, SKETCH = 9, 1, 2
DIALOG, ALERT = 0xB2C, 1
RETURN, ESCAPE, BACKSPACE, DOWN, COMMAND = 0x24, 0x35, 0x33, 0x3D, 0x37
DISK_ICON, TRASH_ICON = (1024 - 44, 52), (1024 - 44, 32 + 62 * 10 + 20)
EMPTY_TRASH = ((205, 10), (215, 48))
FIRST_ROW = 50
"""Pixels from the window's top to the middle of its first row."""


@pytest.fixture
def mac(boot: Callable[..., HeadlessMac], path: Path) -> HeadlessMac:
    """A Mac with three documents on its disk, whose window is open."""
    folder = DocumentsFolder(path)
    folder.prepare({"apple": b"red", "pear": b"green", "zip.zip": b"PK\0"})
    xpram = Xpram(None)
    xpram.write(0x87, 1)
    machine = boot(documents=folder, xpram=xpram)
    machine.click(*DISK_ICON)
    machine.click(*DISK_ICON)

    def front_after_a_tick() -> int:
        machine.run(1)  # the disk's thread answers meanwhile
        return machine.memory.read32(0xB18)

    wait_for_value(front_after_a_tick, DISK, "the disk's window in front")
    return machine


def names(path: Path) -> list[str]:
    return sorted(each.name for each in path.iterdir() if each.name != TRASH)


def test_without_a_disk_the_desktop_has_neither_disk_nor_trash(boot: Callable[..., HeadlessMac]) -> None:
    mac = boot()
    for icon in (DISK_ICON, TRASH_ICON):
        mac.click(*icon)
        mac.click(*icon)
        mac.run(5)
        assert mac.memory.read32(0xB18) != DISK
    assert mac.memory.read32(DIALOG) == 0


def test_return_renames_and_escape_does_not(
    mac: HeadlessMac, path: Path, type_text: Callable[[str], None]
) -> None:
    type_text("pe")
    mac.type_key(RETURN)
    type_text("plum/1")
    mac.type_key(RETURN)
    assert names(path) == ["apple", "plum%2F1", "zip.zip"]
    mac.type_key(RETURN)
    type_text("other")
    mac.type_key(ESCAPE)
    assert names(path) == ["apple", "plum%2F1", "zip.zip"]


def test_a_taken_name_is_refused(mac: HeadlessMac, path: Path, type_text: Callable[[str], None]) -> None:
    mac.type_key(DOWN)
    mac.type_key(RETURN)
    type_text("PEAR")
    mac.type_key(RETURN)
    mac.run(3)
    assert mac.memory.read32(DIALOG) == ALERT
    mac.type_key(RETURN)
    mac.run(15)
    assert (mac.memory.read32(DIALOG), names(path)) == (0, ["apple", "pear", "zip.zip"])


def test_double_click_opens_a_text_in_notes(mac: HeadlessMac, notes_text: Callable[[], str]) -> None:
    origin = mac.memory.read32(0xB10)
    place = (origin >> 16) + 60, (origin & 0xFFFF) + FIRST_ROW + 18
    mac.click(*place)
    mac.click(*place)
    mac.run(5)
    assert (mac.memory.read32(0xB18), notes_text()) == (NOTES, "green")


def test_what_no_program_opens_is_said(mac: HeadlessMac, type_text: Callable[[str], None]) -> None:
    type_text("zip")
    mac.type_key(DOWN, COMMAND)
    mac.run(3)
    assert mac.memory.read32(DIALOG) == ALERT
    mac.type_key(RETURN)
    mac.run(15)
    assert mac.memory.read32(DIALOG) == 0


def test_documents_are_thrown_away_by_a_key_and_by_a_drag_and_removed_when_asked(
    mac: HeadlessMac, path: Path, type_text: Callable[[str], None]
) -> None:
    type_text("pe")
    mac.type_key(BACKSPACE, COMMAND)
    assert names(path) == ["apple", "zip.zip"]
    origin = mac.memory.read32(0xB10)
    start = (origin >> 16) + 60, (origin & 0xFFFF) + FIRST_ROW
    mac.drag(start, (500, 700))
    assert names(path) == ["apple", "zip.zip"]
    mac.drag(start, TRASH_ICON)
    assert names(path) == ["zip.zip"]
    assert names(path / TRASH) == ["apple", "pear"]
    mac.drag(*EMPTY_TRASH)
    mac.run(20)
    assert mac.memory.read32(DIALOG) == ALERT
    mac.type_key(ESCAPE)
    mac.run(15)
    assert names(path / TRASH) == ["apple", "pear"]
    mac.click(*TRASH_ICON)
    mac.click(*TRASH_ICON)
    mac.run(3)
    mac.type_key(RETURN)
    mac.run(15)
    assert names(path / TRASH) == []


def test_the_list_follows_the_hosts_folder(mac: HeadlessMac, path: Path) -> None:
    mac.mouse(500, 740)
    before = mac.picture()
    mac.run(130)
    assert np.array_equal(mac.picture(), before)
    (path / "new").write_text("from the host")
    mac.run(130)
    assert not np.array_equal(mac.picture(), before)
    for name in names(path):
        (path / name).unlink()
    (path / "apple").write_bytes(b"red")
    mac.run(130)
    path.rename(path.with_name("gone"))
    mac.run(130)
    assert mac.memory.read32(DIALOG) == 0
