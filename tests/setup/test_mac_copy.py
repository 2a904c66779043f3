"""A copy of a Mac has files and disks of its own."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from moof.setup.answers import AnswerError, SetupAnswers
from moof.setup.emulator_kinds import EMULATOR_KINDS
from moof.setup.mac_copy import copy_sparse, duplicate_mac
from moof.setup.mac_folders import SetupError, write_mac
from moof.setup.mac_shelf import NoSuchMacError, find_mac
from moof.setup.plan import plan_mac

NOW = 800_000_000.0  # seconds since 1970: when its disk was made


def set_up(macs: Path, emulator: str, disk: Path | None = None) -> None:
    write_mac(
        plan_mac(EMULATOR_KINDS[emulator], SetupAnswers("one", disk=disk, disk_mb=4), b"ROM", macs), NOW
    )


def test_a_copy_has_its_own_rom_disk_and_state(tmp_path: Path) -> None:
    set_up(tmp_path, "basilisk2")
    (tmp_path / "one" / "disk.img").write_bytes(b"mine".ljust(4 << 20, b"\0"))
    duplicate_mac(tmp_path, "one", "two")
    folder = tmp_path / "two"
    lines = (folder / "prefs").read_text().splitlines()
    assert {f"rom {folder}/rom", f"disk {folder}/disk.img"} < set(lines)
    assert not [line for line in lines if "/one/" in line]
    assert find_mac(tmp_path, "two").settings["emulator_file"] == str(folder / "prefs")
    assert (folder / "disk.img").read_bytes()[:4] == b"mine"
    assert {each.name for each in folder.iterdir()} == {each.name for each in (tmp_path / "one").iterdir()}
    assert (tmp_path / "one" / "prefs").read_text().count("/one/") == 2


def test_a_copy_has_by_default_the_name_with_a_number(tmp_path: Path) -> None:
    set_up(tmp_path, "basilisk2")
    assert [duplicate_mac(tmp_path, "one") for _ in range(2)] == ["one-2", "one-3"]


def test_disks_that_lie_elsewhere_are_copied_into_its_folder(tmp_path: Path) -> None:
    disk = tmp_path / "a disk.img"
    disk.write_bytes(b"data")
    set_up(tmp_path / "macs", "basilisk2", disk)
    prefs = tmp_path / "macs" / "one" / "prefs"
    other = tmp_path / "b.img"
    other.write_bytes(b"other")
    prefs.write_text(prefs.read_text() + f"disk *{other}\ncdrom {other}\n")
    duplicate_mac(tmp_path / "macs", "one", "two")
    folder = tmp_path / "macs" / "two"
    lines = (folder / "prefs").read_text().splitlines()
    assert {f"disk {folder}/disk.img", f"disk *{folder}/disk-2.img"} < set(lines)
    assert (folder / "disk.img").read_bytes() == b"data"
    assert (folder / "disk-2.img").read_bytes() == b"other"


def test_a_mac_without_its_disk_is_not_copied(tmp_path: Path) -> None:
    disk = tmp_path / "a disk.img"
    disk.write_bytes(b"data")
    set_up(tmp_path / "macs", "basilisk2", disk)
    disk.unlink()
    with pytest.raises(SetupError, match=r"a disk\.img is not there"):
        duplicate_mac(tmp_path / "macs", "one")
    assert [each.name for each in (tmp_path / "macs").iterdir()] == ["one"]


def test_disks_in_arguments_are_copied_too(tmp_path: Path) -> None:
    set_up(tmp_path, "minivmac")
    duplicate_mac(tmp_path, "one", "two")
    settings = find_mac(tmp_path, "two").settings
    assert settings["emulator_file"] == str(tmp_path / "two" / "rom")
    assert settings["emulator_argument"] == [str(tmp_path / "two" / "disk.img")]


def test_what_cannot_be_copied_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(tmp_path, "basilisk2")
    with pytest.raises(NoSuchMacError):
        duplicate_mac(tmp_path, "none", "two")
    for name in ("A b", "../two", "mac"):
        with pytest.raises(AnswerError):
            duplicate_mac(tmp_path, "one", name)
    with pytest.raises(SetupError, match="already"):
        duplicate_mac(tmp_path, "one", "one")
    monkeypatch.setattr("moof.setup.mac_copy.copy_sparse", _full)
    with pytest.raises(SetupError, match="No space"):
        duplicate_mac(tmp_path, "one", "two")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["one"]


def _full(source: Path, target: Path) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_holes_stay_holes(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    with source.open("wb") as file:
        for at in (0, 8 << 20):
            file.seek(at)
            file.write(os.urandom(5000))
        file.truncate(20 << 20)
    copy_sparse(source, target)
    assert target.read_bytes() == source.read_bytes()
    assert target.stat().st_blocks * 512 < 1 << 20
    with pytest.raises(FileExistsError):
        copy_sparse(source, target)
