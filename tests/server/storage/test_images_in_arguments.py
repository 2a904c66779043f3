"""Which images moof.toml's arguments name, and what is changed there and in the folder of a Mac."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from moof.bridge.recipe_folder import find_recipe
from moof.server.config.settings import SettingsError, read_settings
from moof.server.storage.attached_images import AttachedImage, ImageRefusedError, with_image, without_image
from moof.server.storage.images_in_arguments import ArgumentImages
from moof.setup.blank_disk import write_blank_disk
from moof.setup.disk_identity import DiskUse
from moof.setup.mac_paths import OTHERS_DISK

QCOW2 = b"QFI\xfb" + struct.pack(">IQII", 2, 0, 0, 16) + bytes(100)


@pytest.fixture
def disks(tmp_path: Path) -> Path:
    folder = tmp_path / "disks"
    folder.mkdir()
    for number in range(9):
        with (folder / f"{number}.img").open("wb") as file:
            write_blank_disk(file, 1 << 20, "Disk", 0.0)
    (folder / "q.qcow2").write_bytes(QCOW2)
    return folder


def images_of(folder: Path, emulator: str, arguments: list[str], mac: str = "") -> ArgumentImages:
    """Return those of moof.toml with these arguments, of a Mac in its folder if it has a name."""
    settings = {"emulator": emulator, "emulator_argument": arguments}
    if mac:
        settings["emulator_file"] = str(folder / "macs" / mac / "rom")
        (folder / "macs" / mac).mkdir(parents=True, exist_ok=True)
        (folder / "macs" / mac / "start.json").write_text(json.dumps(settings))
    file = folder / "moof.toml"
    file.write_text("# mine\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items()))
    rules = find_recipe(emulator).images
    assert rules is not None
    return ArgumentImages(file, rules, folder / "macs")


def written(folder: Path) -> list[str]:
    arguments: list[str] = read_settings(folder / "moof.toml").values.get("emulator_argument", [])
    return arguments


def disk(path: Path, *, read_only: bool = False) -> AttachedImage:
    return AttachedImage(path, DiskUse.DISK, read_only)


def test_the_format_is_that_of_the_image(tmp_path: Path, disks: Path) -> None:
    images = images_of(tmp_path, "qemu-q800", ["-s"])
    images.write([disk(disks / "q.qcow2"), disk(disks / "1.img")])
    assert written(tmp_path)[1:] == [
        *("-drive", f"file={disks}/q.qcow2,format=qcow2,media=disk"),
        *("-drive", f"file={disks}/1.img,format=raw,media=disk"),
    ]
    assert images.read() == [disk(disks / "q.qcow2"), disk(disks / "1.img")]
    images.write([])
    assert written(tmp_path) == ["-s"]
    with pytest.raises(ImageRefusedError, match="Only QEMU"):
        images_of(tmp_path, "minivmac", []).write([disk(disks / "q.qcow2")])


def test_an_image_by_another_path_keeps_its_words(tmp_path: Path, disks: Path) -> None:
    (tmp_path / "link.img").symlink_to(disks / "1.img")
    words = ["-drive", f"file={tmp_path}/link.img,if=scsi"]
    images = images_of(tmp_path, "qemu-q800", words)
    images.write(with_image(images.read(), disk(disks / "1.img")))
    assert written(tmp_path) == words
    images.write(with_image(images.read(), disk(disks / "1.img", read_only=True)))
    assert written(tmp_path) == ["-drive", f"file={tmp_path}/link.img,if=scsi,readonly=on"]


def test_there_are_as_many_images_as_the_emulator_has_places(tmp_path: Path, disks: Path) -> None:
    images = images_of(tmp_path, "qemu-mac99", [])
    many = [disk(disks / f"{number}.img") for number in range(4)]
    images.write(many[:3])
    before = written(tmp_path)
    with pytest.raises(ImageRefusedError, match="no place"):
        images.write(many)
    assert written(tmp_path) == before
    images = images_of(tmp_path, "minivmac", [str(each.path) for each in many] * 2)
    images.write(images.read()[:7])  # of too many one can go
    assert len(written(tmp_path)) == 7


def test_a_mac_that_was_set_up_keeps_its_images(tmp_path: Path, disks: Path) -> None:
    images = images_of(tmp_path, "minivmac", ["/own.img"], "plus")
    (tmp_path / "moof.toml").write_text(
        (tmp_path / "moof.toml").read_text().replace('["/own.img"]', '["-n", "Name", "/own.img"]')
    )
    start = tmp_path / "macs" / "plus" / "start.json"
    images.write(with_image(images.read(), disk(disks / "1.img")))
    assert written(tmp_path) == ["-n", "Name", "/own.img", str(disks / "1.img")]
    assert json.loads(start.read_text())["emulator_argument"] == ["/own.img", str(disks / "1.img")]
    images.write(without_image(images.read(), disks / "1.img"))
    assert written(tmp_path) == ["-n", "Name", "/own.img"]
    assert json.loads(start.read_text())["emulator_argument"] == ["/own.img"]


def test_both_files_are_as_they_were_if_one_cannot_be_written(
    tmp_path: Path, disks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = images_of(tmp_path, "minivmac", [], "plus")
    file, start = tmp_path / "moof.toml", tmp_path / "macs" / "plus" / "start.json"
    before = file.read_text(), json.loads(start.read_text())
    (tmp_path / "moof.toml.bak").mkdir()  # no backup can be written there
    with pytest.raises(SettingsError, match="cannot be changed"):
        images.write([disk(disks / "1.img")])
    assert (file.read_text(), json.loads(start.read_text())) == before


def test_the_disk_of_another_mac_is_refused(tmp_path: Path, disks: Path) -> None:
    images_of(tmp_path, "minivmac", [str(disks / "1.img")], "one")
    images = images_of(tmp_path, "minivmac", [], "two")
    with pytest.raises(ImageRefusedError) as refusal:
        images.write([disk(disks / "1.img")])
    assert str(refusal.value) == OTHERS_DISK
    images = images_of(tmp_path, "qemu-q800", [])
    locked = disk(disks / "1.img", read_only=True)
    images.write([locked])
    with pytest.raises(ImageRefusedError, match="Another Mac"):
        images.write([disk(disks / "1.img")])
    assert images.read() == [locked]
    images = images_of(tmp_path, "minivmac", [str(disks / "1.img")], "one")
    images.write(with_image(images.read(), disk(disks / "2.img")))  # its own one stays
    assert written(tmp_path) == [str(disks / "1.img"), str(disks / "2.img")]


def test_an_image_that_cannot_be_read_or_used_is_refused(tmp_path: Path, disks: Path) -> None:
    images = images_of(tmp_path, "qemu-q800", [])
    (disks / "mfs.img").write_bytes(b"\x04Disk".ljust(82, b"\0") + b"\1\0" + bytes(800 << 10))
    for name, reason in (("gone.img", "cannot be read"), ("mfs.img", "emulator does not take it")):
        with pytest.raises(ImageRefusedError, match=reason):
            images.write([disk(disks / name)])
    with pytest.raises(ImageRefusedError, match=r"use this image in a way of their own"):
        images_of(tmp_path, "qemu-q800", ["-drive", "file=/a,if=none,id=a"]).write([])
