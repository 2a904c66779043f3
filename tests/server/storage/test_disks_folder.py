"""Disks of Macs that were set up, in the folder of disk images."""

import json
from pathlib import Path

import pytest

from moof.server.storage.disks_folder import DisksFolder
from moof.server.storage.folder_errors import DiskInUseError


def test_a_disk_that_a_mac_has_is_not_deleted(tmp_path: Path) -> None:
    disks, mac = tmp_path / "disks", tmp_path / "macs" / "one"
    disks.mkdir()
    mac.mkdir(parents=True)
    for name in ("a.img", "b.img", "c.img"):
        (disks / name).touch()
    (mac / "prefs").write_text(f"disk {disks / 'a.img'}\n")
    start = {"emulator": "minivmac", "emulator_file": "f", "emulator_argument": [str(disks / "b.img")]}
    (mac / "start.json").write_text(json.dumps(start))
    folder = DisksFolder(disks, 1 << 20, macs=tmp_path / "macs")
    for name in ("a.img", "b.img"):
        with pytest.raises(DiskInUseError, match="remove that Mac first"):
            folder.delete(name)
    folder.delete("c.img")
    assert sorted(each.name for each in disks.iterdir()) == ["a.img", "b.img"]
