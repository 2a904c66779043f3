"""The folder of a Mac is written whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from moof.setup.answers import MAX_NAME, check_name
from moof.setup.mac_folders import SetupError, default_macs, free_name, remove_mac, write_mac
from moof.setup.plan import SetupPlan

NOW = 800_000_000.0


def plan_in(macs: Path) -> SetupPlan:
    return SetupPlan(macs / "mac", {"rom": b"ROM", "prefs": b"rom x\n"}, {"disk.img": 100 << 20})


def test_folder_has_files_and_an_empty_disk(tmp_path: Path) -> None:
    plan = plan_in(tmp_path / "macs")
    write_mac(plan, NOW)
    assert {each.name for each in plan.folder.iterdir()} == {"rom", "prefs", "disk.img"}
    status = (plan.folder / "disk.img").stat()
    assert status.st_size == 100 << 20
    assert status.st_blocks * 512 < 1 << 20
    assert status.st_mode & 0o777 == 0o600
    assert plan.folder.stat().st_mode & 0o777 == 0o700


def test_a_mac_of_this_name_stays(tmp_path: Path) -> None:
    plan = plan_in(tmp_path)
    plan.folder.mkdir()
    with pytest.raises(SetupError, match="already"):
        write_mac(plan, NOW)
    assert list(tmp_path.iterdir()) == [plan.folder]
    assert list(plan.folder.iterdir()) == []


def test_nothing_is_left_of_what_cannot_be_written(tmp_path: Path) -> None:
    plan = SetupPlan(tmp_path / "mac", {"rom": b"ROM", "no/such/folder": b""}, {})
    with pytest.raises(SetupError, match="cannot be written"):
        write_mac(plan, NOW)
    assert list(tmp_path.iterdir()) == []


def test_removed_mac_is_gone(tmp_path: Path) -> None:
    plan = plan_in(tmp_path)
    write_mac(plan, NOW)
    remove_mac(plan)
    assert list(tmp_path.iterdir()) == []


def test_free_name_counts(tmp_path: Path) -> None:
    assert free_name("mac", tmp_path) == "mac"
    (tmp_path / "mac").mkdir()
    (tmp_path / "mac-2").mkdir()
    assert free_name("mac", tmp_path) == "mac-3"


def test_free_name_is_one_for_a_mac(tmp_path: Path) -> None:
    (tmp_path / ("a" * MAX_NAME)).mkdir()
    assert check_name(free_name("a" * MAX_NAME, tmp_path)) == "a" * (MAX_NAME - 2) + "-2"
    (tmp_path / "one").symlink_to(tmp_path / "none")  # rename(2) would fail
    assert free_name("one", tmp_path) == "one-2"


def test_macs_are_in_the_folder_for_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_macs() == tmp_path / "moof" / "macs"
