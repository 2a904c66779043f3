"""Which images the settings of Basilisk II name, and what is changed in them."""

from pathlib import Path

import pytest

from moof.preference_rules import parse_rules
from moof.server.storage.attached_images import AttachedImage, PrefsImages, with_image, without_image
from moof.server.storage.prefs import PrefsFile, PrefsValueError
from moof.setup.disk_identity import DiskUse

RULES = parse_rules({"disk": "paths disks", "cdrom": "paths disks", "ramsize": "int 1 64"})


@pytest.fixture
def disks(tmp_path: Path) -> Path:
    folder = tmp_path / "disks"
    folder.mkdir()
    for name in ("a.img", "b.img"):
        (folder / name).write_bytes(bytes(400 << 10))
    cd = bytearray(400 << 10)
    cd[0x8001:0x8006] = b"CD001"
    (folder / "c.iso").write_bytes(cd)
    return folder


@pytest.fixture
def prefs(tmp_path: Path, disks: Path) -> PrefsFile:
    (tmp_path / "prefs").write_text(
        f"rom /rom\ndisk /own//disk.img\ncdrom */old.iso\ndisk *{disks}/a.img\nextfs /\n"
    )
    return PrefsFile(tmp_path / "prefs", RULES, {"disks": disks})


def test_images_are_read_with_what_they_are_for(prefs: PrefsFile, disks: Path) -> None:
    assert PrefsImages(prefs).read() == [
        AttachedImage(Path("/own/disk.img"), DiskUse.DISK),
        AttachedImage(disks / "a.img", DiskUse.DISK, read_only=True),
        AttachedImage(Path("/old.iso"), DiskUse.CD, read_only=True),
    ]


def test_lines_of_other_images_stay_as_they_are(prefs: PrefsFile, disks: Path) -> None:
    images = PrefsImages(prefs)
    images.write(with_image(images.read(), AttachedImage(disks / "b.img", DiskUse.DISK)))
    images.write(with_image(images.read(), AttachedImage(disks / "c.iso", DiskUse.CD)))
    lines = prefs.read().splitlines()
    assert [line for line in lines if line.startswith("disk")] == [
        *("disk /own//disk.img", f"disk *{disks}/a.img", f"disk {disks}/b.img")
    ]
    assert [line for line in lines if line.startswith("cdrom")] == ["cdrom */old.iso", f"cdrom {disks}/c.iso"]
    assert {"rom /rom", "extfs /"} <= set(lines)


def test_an_image_that_is_no_cd_is_refused_in_words(prefs: PrefsFile, disks: Path) -> None:
    images, before = PrefsImages(prefs), prefs.read()
    with pytest.raises(PrefsValueError, match="It is a disk, not a CD"):
        images.write(with_image(images.read(), AttachedImage(disks / "b.img", DiskUse.CD)))
    assert prefs.read() == before


def test_an_emulator_whose_rules_have_no_images_takes_none(tmp_path: Path) -> None:
    rules = parse_rules({"disk": "text 50", "cdrom": "paths roms", "ramsize": "int 1 64"})
    assert PrefsImages(PrefsFile(tmp_path / "prefs", rules)).uses == []


def test_a_changed_image_keeps_its_place_and_another_use_is_at_the_end() -> None:
    a, b = (AttachedImage(Path(f"/{name}"), DiskUse.DISK) for name in "ab")
    locked = AttachedImage(Path("/a"), DiskUse.DISK, read_only=True)
    assert with_image([a, b], locked) == [locked, b]
    cd = AttachedImage(Path("/a"), DiskUse.CD)
    assert with_image([a, b], cd) == [b, cd]
    assert with_image([], a) == [a]
    assert without_image([a, b, cd], Path("/a")) == [b]
