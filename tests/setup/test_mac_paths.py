from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from moof.setup.answers import AnswerError, SetupAnswers
from moof.setup.mac_paths import change_paths, check_own_disk, is_same, move_paths, paths_of_disks


def write(folder: Path, prefs: str, start: Mapping[str, object]) -> None:
    folder.mkdir(parents=True)
    (folder / "prefs").write_text(prefs)
    (folder / "start.json").write_text(json.dumps(start))


def test_disks_are_those_of_settings_and_arguments(tmp_path: Path) -> None:
    start = {"emulator_file": "f", "emulator_argument": ["-speed", "/c.img"]}
    write(tmp_path / "a", "# disk no\nrom /r\ndisk /a b.img\ndisk */b.img\n", start)
    assert paths_of_disks(tmp_path / "a") == [Path("/a b.img"), Path("/b.img"), Path("/c.img")]


def test_a_disk_is_of_one_mac_by_whatever_path(tmp_path: Path) -> None:
    disk, link, other = tmp_path / "a.img", tmp_path / "link.img", tmp_path / "b.img"
    for each in (disk, other):
        each.touch()
    link.symlink_to(disk)
    start = {"emulator": "basilisk2", "emulator_file": "f", "emulator_argument": [str(tmp_path / "gone.img")]}
    write(tmp_path / "macs" / "one", f"disk *{disk}\n", start)
    check_own_disk(SetupAnswers("two", disk=other), tmp_path / "macs")
    check_own_disk(SetupAnswers("two"), tmp_path / "macs")
    for path in (disk, link):
        with pytest.raises(AnswerError, match="Another Mac has this disk"):
            check_own_disk(SetupAnswers("two", disk=path), tmp_path / "macs")


def test_only_whole_paths_change(tmp_path: Path) -> None:
    start = {"emulator_file": "/old/f", "emulator_argument": ["/old/f", "-x"], "emulator_network": True}
    write(tmp_path / "a", "rom /old/f\ndisk */old/f\ndisk /old/f2\n\n; end\n", start)
    change_paths(tmp_path / "a", {"/old/f": "/new/f"})
    assert (tmp_path / "a" / "prefs").read_text() == "rom /new/f\ndisk */new/f\ndisk /old/f2\n\n; end\n"
    assert json.loads((tmp_path / "a" / "start.json").read_text()) == {
        "emulator_file": "/new/f",
        "emulator_argument": ["/new/f", "-x"],
        "emulator_network": True,
    }


def test_a_folder_that_moves_takes_its_paths_along(tmp_path: Path) -> None:
    write(tmp_path / "now", "rom /old/rom\n", {"emulator_file": "/old/prefs"})
    (tmp_path / "now" / "rom").touch()
    move_paths(tmp_path / "now", Path("/old"), Path("/new"))
    assert (tmp_path / "now" / "prefs").read_text() == "rom /new/rom\n"
    assert json.loads((tmp_path / "now" / "start.json").read_text()) == {"emulator_file": "/new/prefs"}


def test_paths_lead_to_one_file_by_links_of_both_kinds_and_where_no_file_is(tmp_path: Path) -> None:
    disk, other, gone = tmp_path / "a.img", tmp_path / "b.img", tmp_path / "gone.img"
    for each in (disk, other):
        each.touch()
    (tmp_path / "soft.img").symlink_to(disk)
    (tmp_path / "hard.img").hardlink_to(disk)
    (tmp_path / "folder").symlink_to(tmp_path)
    for path in (disk, tmp_path / "soft.img", tmp_path / "hard.img", tmp_path / "folder" / "a.img"):
        assert is_same(disk, path)
        assert not is_same(other, path)
        assert not is_same(gone, path)
    assert is_same(gone, tmp_path / "folder" / "gone.img")
