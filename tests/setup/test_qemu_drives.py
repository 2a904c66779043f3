"""Which images QEMU's arguments name, compared with what a real QEMU makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from moof.setup.argument_images import DiskFormat, ImageArgument, OwnArgumentError, with_images
from moof.setup.disk_identity import DiskUse
from moof.setup.qemu_drives import QemuDrives
from support.qemu import create_qcow2, running_qemu

DRIVES = QemuDrives()
A, B = Path("/a.img"), Path("/b.img")
DISK = ImageArgument(A, DiskUse.DISK)
LOCKED = ImageArgument(A, DiskUse.DISK, read_only=True)
CD = ImageArgument(A, DiskUse.CD, read_only=True)


def named(*arguments: str) -> list[ImageArgument]:
    return [each.image for each in DRIVES.find(arguments)]


@pytest.mark.parametrize(
    ("words", "image"),
    [
        (["-drive", "file=/a.img,format=raw,media=disk"], DISK),
        (["--drive", "if=scsi,index=2,file=/a.img"], DISK),
        (["-drive", "file=/a.img,media=cdrom"], CD),
        (["-drive", "file=/a.img,readonly"], LOCKED),
        (["-drive", "read-only=on,file=file:/a.img"], LOCKED),
        (["-drive", "file=/a.img,noreadonly"], DISK),
        (["-hdb", "/a.img"], DISK),
        (["-cdrom", "/a.img"], CD),
        (
            ["-drive", "file=/a,,b=c:.qcow2,format=qcow2"],
            ImageArgument(Path("/a,b=c:.qcow2"), DiskUse.DISK, format=DiskFormat.QCOW2),
        ),
    ],
)
def test_images_are_named_by_several_options(words: list[str], image: ImageArgument) -> None:
    (found,) = DRIVES.find(["-boot", "c", *words, "-no-reboot"])
    assert (found.image, found.start, found.end, found.fixed) == (image, 2, 4, False)


@pytest.mark.parametrize(
    "words", [["-drive"], ["-drive", "if=none,id=x"], ["-name", "file=/a.img"], ["drive", "file=/a.img"], []]
)
def test_other_arguments_name_none(words: list[str]) -> None:
    assert named(*words) == []


def test_a_change_keeps_all_other_options_of_a_drive() -> None:
    arguments = ["-m", "64", "-drive", "file=/a.img,if=scsi,serial=1,,2", "-hdb", "/b.img"]
    b = ImageArgument(B, DiskUse.DISK, read_only=True)
    changed = with_images(DRIVES, arguments, [LOCKED, b])
    assert changed == [
        *("-m", "64", "-drive", "file=/a.img,if=scsi,serial=1,,2,readonly=on"),
        *("-drive", "file=/b.img,index=1,media=disk,readonly=on"),
    ]
    assert with_images(DRIVES, changed, [DISK, b])[:4] == arguments[:4]


@pytest.mark.parametrize(
    "words",
    [
        ["-drive", "file=/a.img,if=none,id=x", "-device", "scsi-hd,drive=x"],
        ["-blockdev", "driver=file,node-name=x,filename=/a.img", "-device", "scsi-hd,drive=x"],
        ["-drive", "file.filename=/a.img,format=raw"],
    ],
)
def test_what_other_arguments_refer_to_stays(words: list[str]) -> None:
    assert named(*words) == [DISK]
    assert with_images(DRIVES, words, [DISK]) == words
    for images in ([], [LOCKED], [CD]):
        with pytest.raises(OwnArgumentError, match=r"moof\.toml"):
            with_images(DRIVES, words, images)


async def test_a_real_qemu_has_the_images_that_are_written(tmp_path: Path) -> None:
    rom, disk, locked, cd, qcow2 = (
        tmp_path / name for name in ("rom", "a,b=c:d;e f.img", ",locked.img", "cd,,.iso", "q.qcow2")
    )
    rom.write_bytes(bytes(1 << 20))
    for each in (disk, locked, cd):
        each.write_bytes(bytes(1 << 20))
    quadra = ("qemu-system-m68k", "-M", "q800", "-bios", str(rom), "-S")
    async with running_qemu(tmp_path / "1", program=quadra) as client:
        await create_qcow2(client, qcow2, 1 << 20)
    images = [
        ImageArgument(disk, DiskUse.DISK),
        ImageArgument(locked, DiskUse.DISK, read_only=True),
        ImageArgument(cd, DiskUse.CD, read_only=True),
        ImageArgument(qcow2, DiskUse.DISK, format=DiskFormat.QCOW2),
    ]
    words = with_images(DRIVES, [], images)
    assert named(*words) == images
    async with running_qemu(tmp_path / "2", *words, program=quadra) as client:
        answer = await client.execute("query-block")
    drives = [each for each in answer if "inserted" in each]
    assert [
        (each["inserted"]["image"]["filename"], each["inserted"]["ro"], each["inserted"]["drv"])
        for each in drives
    ] == [(str(each.path), each.read_only, each.format.value) for each in images]
    assert ["cd" in each["device"] for each in drives] == [False, False, True, False]


async def test_a_real_qemu_takes_a_drive_whose_lock_has_changed(tmp_path: Path) -> None:
    rom, disk = tmp_path / "rom", tmp_path / "a,b.img"
    for each in (rom, disk):
        each.write_bytes(bytes(1 << 20))
    locked = ImageArgument(disk, DiskUse.DISK, read_only=True)
    words = with_images(DRIVES, ["-hda", str(disk)], [locked])
    quadra = ("qemu-system-m68k", "-M", "q800", "-bios", str(rom), "-S")
    async with running_qemu(tmp_path / "1", *words, program=quadra) as client:
        answer = await client.execute("query-block")
    assert [each["inserted"]["ro"] for each in answer if "inserted" in each] == [True]
