"""Disks of QEMU that name other files are not kept, whichever way they come; a Mac's are not deleted."""

from __future__ import annotations

import json
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from moof.server.config.options import LibraryPaths
from moof.server.storage.disk_check import DiskCheck
from moof.server.storage.folder import Folder
from moof.server.storage.folder_errors import ContentError, DiskInUseError
from moof.server.storage.library import FileLibrary
from moof.server.storage.upload_target import UploadRequest

FOREIGN = b"QFI\xfb" + struct.pack(">IQ", 2, 80) + bytes(64) + b"/etc/passwd"


async def chunks(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def test_an_image_that_names_another_file_is_not_kept(tmp_path: Path) -> None:
    paths = LibraryPaths(tmp_path / "disks", tmp_path / "roms", None, tmp_path / "moof.toml", 1000)
    folder = FileLibrary.at(paths).disks
    own = b"QFI\xfb" + struct.pack(">IQ", 2, 0) + bytes(64)
    for name, data in (("own.qcow2", own), ("a.txt", b"anything")):
        assert (await folder.store(name, chunks(data))).size == len(data)
    with pytest.raises(ContentError, match="needs another file"):
        await folder.store("own.qcow2", chunks(FOREIGN), replace=True)
    upload = tmp_path / "disks" / ".upload"
    upload.write_bytes(FOREIGN)
    with pytest.raises(ContentError):
        folder.take(upload, UploadRequest("new.qcow2", len(FOREIGN)))
    assert (tmp_path / "disks" / "own.qcow2").read_bytes() == own
    assert not (tmp_path / "disks" / "new.qcow2").exists()


def test_a_disk_that_a_mac_has_is_not_deleted(tmp_path: Path) -> None:
    disks, mac = tmp_path / "disks", tmp_path / "macs" / "one"
    disks.mkdir()
    mac.mkdir(parents=True)
    for name in ("a.img", "b.img", "c.img"):
        (disks / name).touch()
    (mac / "prefs").write_text(f"disk {disks / 'a.img'}\n")
    start = {"emulator": "minivmac", "emulator_file": "f", "emulator_argument": [str(disks / "b.img")]}
    (mac / "start.json").write_text(json.dumps(start))
    folder = Folder(disks, 1 << 20, check=DiskCheck(tmp_path / "macs"))
    for name in ("a.img", "b.img"):
        with pytest.raises(DiskInUseError, match="remove that Mac first"):
            folder.delete(name)
    folder.delete("c.img")
    assert sorted(each.name for each in disks.iterdir()) == ["a.img", "b.img"]
