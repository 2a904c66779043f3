"""Disk images are recognised by their beginning, and what is none is named."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest

from moof.setup import disk_identity
from moof.setup.blank_disk import write_blank_disk
from moof.setup.disk_identity import DiskKind, DiskUse, identify_disk

FLOPPY = 800 << 10


def placed(*parts: tuple[int, bytes], size: int = FLOPPY) -> bytes:
    """Return an image with these bytes at these offsets."""
    image = bytearray(size)
    for offset, data in parts:
        image[offset : offset + len(data)] = data
    return bytes(image)


def hfs(blocks: int = 1590, block_bytes: int = 512, name: bytes = b"System") -> bytes:
    """Return a Master Directory Block."""
    start = struct.pack(">HIIH", blocks, block_bytes, 4096, 8)
    return b"BD" + bytes(16) + start + bytes(6) + bytes([len(name)]) + name


def partition(kind: bytes, count: int) -> bytes:
    return (b"PM" + bytes(2) + struct.pack(">I", count) + bytes(40) + kind).ljust(512, b"\0")


def disk_copy(data: int, name: bytes = b"Disk Tools") -> bytes:
    header = (bytes([len(name)]) + name).ljust(64, b"\0") + struct.pack(">II", data, 0)
    return header.ljust(82, b"\0") + b"\x01\x00" + bytes(data)


def qcow2(
    version: int = 3, backing: int = 0, encryption: int = 0, features: int = 0, cluster_bits: int = 16
) -> bytes:
    """Return the header of a disk of QEMU."""
    size = struct.pack(">IQIIQ", version, backing, 0, cluster_bits, 1 << 20)
    return b"QFI\xfb" + size + struct.pack(">I", encryption) + bytes(36) + struct.pack(">Q", features)


MAP = (512, partition(b"Apple_partition_map", 2))
CD = (0x8001, b"CD001")
IMAGES = [
    (placed((1024, hfs())), DiskKind.HFS, "This is the disk “System” (HFS).", "dc"),
    (placed((1024, b"\xd2\xd7"), (1060, b"\x04Tool")), DiskKind.MFS, "This is the disk “Tool” (MFS).", "d"),
    (placed((1024, b"H+")), DiskKind.HFS_PLUS, "HFS Plus", "dc"),
    (placed((0, b"ER"), MAP, (1024, partition(b"Apple_HFS", 2))), DiskKind.PARTITIONED, "map", "dc"),
    (disk_copy(FLOPPY), DiskKind.DISK_COPY, "the floppy disk “Disk Tools” by Disk Copy 4.2.", "d"),
    (placed(CD), DiskKind.ISO, "This is a CD image", "c"),
    (placed(CD, (1024, hfs())), DiskKind.HFS, "HFS", "dc"),
    (qcow2(), DiskKind.QCOW2, "This is a disk of QEMU (qcow2).", ""),
    (qcow2(2, features=4), DiskKind.QCOW2, "qcow2", ""),  # version 2 has other data there
    (placed((0, qcow2(features=1)), (1024, hfs())), DiskKind.QCOW2, "qcow2", ""),
    (qcow2(backing=600), DiskKind.WRONG, "needs another file", ""),
    (qcow2(features=4), DiskKind.WRONG, "needs another file", ""),
    (qcow2(encryption=1), DiskKind.WRONG, "a password", ""),
    (qcow2(version=1), DiskKind.WRONG, "a disk of QEMU", ""),
    (qcow2(cluster_bits=22), DiskKind.WRONG, "a damaged disk of QEMU", ""),
    (b"QFI\xfb", DiskKind.WRONG, "a disk of QEMU", ""),
    (bytes(FLOPPY), DiskKind.BLANK, "an empty disk", "d"),
    (placed((0, b"ER"), MAP, (1024, partition(b"Apple_UNIX_SVR2", 2))), DiskKind.WRONG, "for Mac OS", ""),
    (disk_copy(FLOPPY)[:-1], DiskKind.WRONG, "end is missing", ""),
    (placed((1024, hfs(blocks=60_000))), DiskKind.WRONG, "“System” (HFS), but its end is missing", ""),
    (placed((1024, hfs(block_bytes=0))), DiskKind.WRONG, "damaged", ""),
    (placed((0, b"\0" + b"\xff" * 10 + b"\0")), DiskKind.WRONG, "raw sectors", ""),
    (placed((0, b"PK\x03\x04")), DiskKind.WRONG, "This is a ZIP archive: unpack it first", ""),
    (placed((FLOPPY - 512, b"koly")), DiskKind.WRONG, "a disk image of macOS (DMG)", ""),
    (placed((0, b"\x01\x02\xff\x80")), DiskKind.WRONG, "This is no disk image of a Mac.", ""),
    (b"<html>", DiskKind.WRONG, "too small", ""),
    (b"", DiskKind.WRONG, "too small", ""),
]


@pytest.mark.parametrize(("image", "kind", "sentence", "uses"), IMAGES)
def test_an_image_is_recognised(
    tmp_path: Path, image: bytes, kind: DiskKind, sentence: str, uses: str
) -> None:
    path = tmp_path / "image"
    path.write_bytes(image)
    report = identify_disk(path)
    assert report.kind is kind
    assert sentence in report.text
    assert (report.refusal(DiskUse.DISK) is None) == ("d" in uses)
    assert (report.refusal(DiskUse.CD) is None) == ("c" in uses)


@pytest.mark.parametrize("length", range(0, 0x9000, 0x713))
def test_a_cut_image_is_no_error(tmp_path: Path, length: int) -> None:
    path = tmp_path / "image"
    for image, *_ in IMAGES:
        path.write_bytes(image[:length])
        assert identify_disk(path).text.endswith((".", "first", "CD"))


def test_an_image_of_the_wrong_kind_is_said(tmp_path: Path) -> None:
    path = tmp_path / "image"
    path.write_bytes(placed(CD))
    assert identify_disk(path).refusal(DiskUse.DISK) == (
        "This is a CD image (ISO 9660). It is a CD, not a disk."
    )


def test_a_disk_that_moof_makes_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "disk"
    with path.open("wb") as file:
        write_blank_disk(file, 20 << 20, "Café", 800_000_000.0)
    report = identify_disk(path)
    assert (report.kind, report.volume) == (DiskKind.HFS, "Café")


@pytest.mark.parametrize("image", [each for each, *_ in IMAGES if len(each) >= FLOPPY])
def test_every_beginning_of_an_image_is_named(image: bytes) -> None:
    for length in range(1100):
        file = io.BytesIO(image[:length])
        report = disk_identity._identify(file.getvalue(), b"", length, file)
        assert report.sentence.endswith(".")
