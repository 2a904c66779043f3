"""Removed Macs are kept, and come back as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from moof.setup.answers import MAX_NAME, SetupAnswers
from moof.setup.emulator_kinds import EMULATOR_KINDS
from moof.setup.mac_folders import SetupError, write_mac
from moof.setup.mac_shelf import NoSuchMacError, find_mac, macs_in
from moof.setup.mac_trash import restore_mac, trash_mac, trashed_macs
from moof.setup.plan import plan_mac

NOW = 800_000_000.0  # seconds since 1970: when its disk was made


def set_up(macs: Path, rom: bytes = b"ROM", name: str = "one") -> None:
    write_mac(plan_mac(EMULATOR_KINDS["basilisk2"], SetupAnswers(name, disk_mb=1), rom, macs), NOW)


def test_a_removed_mac_comes_back_as_it_was(tmp_path: Path) -> None:
    set_up(tmp_path)
    before = {each.name: each.read_bytes() for each in (tmp_path / "one").iterdir()}
    assert trash_mac(tmp_path, "one") == "one"
    assert macs_in(tmp_path) == []
    assert [each.name for each in trashed_macs(tmp_path)] == ["one"]
    assert restore_mac(tmp_path, "one") == "one"
    assert {each.name: each.read_bytes() for each in (tmp_path / "one").iterdir()} == before
    assert trashed_macs(tmp_path) == []


def test_macs_of_the_same_name_are_all_kept_and_come_back_beside_each_other(tmp_path: Path) -> None:
    for rom in (b"first", b"second"):
        set_up(tmp_path, rom)
        trash_mac(tmp_path, "one")
    assert [each.name for each in trashed_macs(tmp_path)] == ["one", "one-2"]
    assert [restore_mac(tmp_path, "one-2"), restore_mac(tmp_path, "one")] == ["one", "one-2"]
    assert (tmp_path / "one" / "rom").read_bytes() == b"second"
    second = tmp_path / "one-2"
    assert find_mac(tmp_path, "one-2").settings["emulator_file"] == str(second / "prefs")
    assert f"disk {second}/disk.img" in (second / "prefs").read_text().splitlines()


def test_the_longest_names_come_back_too(tmp_path: Path) -> None:
    name = "a" * MAX_NAME
    for rom in (b"first", b"second"):
        set_up(tmp_path, rom, name)
        trash_mac(tmp_path, name)
    kept = {each.name for each in trashed_macs(tmp_path)}
    assert len(kept) == 2
    assert {restore_mac(tmp_path, each) for each in kept} == kept


def set_up_with(macs: Path, name: str, disk: Path) -> None:
    write_mac(plan_mac(EMULATOR_KINDS["basilisk2"], SetupAnswers(name, disk=disk), b"ROM", macs), NOW)


def test_a_mac_whose_disk_another_one_has_now_stays_removed(tmp_path: Path) -> None:
    disk, macs = tmp_path / "disk.img", tmp_path / "macs"
    disk.touch()
    set_up_with(macs, "one", disk)
    trash_mac(macs, "one")
    set_up_with(macs, "two", disk)
    with pytest.raises(SetupError, match=f"another Mac has its disk {disk} now"):
        restore_mac(macs, "one")
    assert [each.name for each in trashed_macs(macs)] == ["one"]
    trash_mac(macs, "two")
    assert restore_mac(macs, "one") == "one"


def test_a_disk_that_it_only_reads_keeps_no_mac_away(tmp_path: Path) -> None:
    disk, macs = tmp_path / "disk.img", tmp_path / "macs"
    disk.touch()
    set_up_with(macs, "one", disk)
    prefs = macs / "one" / "prefs"
    prefs.write_text(prefs.read_text().replace(f"disk {disk}", f"disk *{disk}"))
    trash_mac(macs, "one")
    set_up_with(macs, "two", disk)
    assert restore_mac(macs, "one") == "one"


def test_unknown_ones_stay_unknown(tmp_path: Path) -> None:
    set_up(tmp_path)
    for act in (trash_mac, restore_mac):
        for name in ("none", "../one", ".removed", ""):
            with pytest.raises(NoSuchMacError):
                act(tmp_path, name)
    assert [each.name for each in macs_in(tmp_path)] == ["one"]
