"""Recognises disk images by what they begin with, before an emulator gets one.

Sources: "Inside Macintosh: Files", 2-59 (HFS); "Inside Macintosh" II-119 (MFS); Technical Note 1150 (HFS
Plus); "Inside Macintosh: Devices", 3-24 (partition map); Apple II File Type Note $E0/$0005 (Disk Copy 4.2);
ECMA-119 (ISO 9660); QEMU's docs/interop/qcow2.txt.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Final

from moof.sentence import Sentence
from moof.setup.wrong_file import describe_wrong_file

BLOCK: Final = 512
_HEAD_BYTES: Final = 0x9000
"""So much of an image is read: to the first descriptor of a CD."""
_VOLUME: Final = 2 * BLOCK
_ISO_DESCRIPTOR: Final = 0x8001
_RAW_SECTOR: Final = b"\0" + bytes([255] * 10) + b"\0"
"""The beginning of a CD's sector of 2352 bytes (ECMA-130)."""
_DISK_COPY_HEADER: Final = 84
_MAX_PARTITIONS: Final = 63
_QCOW2: Final = b"QFI\xfb"
_QCOW2_VERSIONS: Final = (2, 3)
_QCOW2_CLUSTER_BITS: Final = range(9, 22)
_QCOW2_DATA_FILE: Final = 1 << 2
"""Among its features: the data is in another file."""
FOREIGN_QCOW2: Final = "This is a disk of QEMU that needs another file or a password: convert it first."
_MIN_BYTES: Final = 400 << 10
"""The smallest disk of a Mac."""


class DiskKind(Enum):
    """The formats of images."""

    HFS = "HFS"
    MFS = "MFS"
    HFS_PLUS = "HFS Plus"
    PARTITIONED = "partitioned"
    DISK_COPY = "Disk Copy 4.2"
    ISO = "ISO 9660"
    QCOW2 = "qcow2"
    BLANK = "blank"
    WRONG = "wrong"


class DiskUse(Enum):
    """What an image is wanted for."""

    DISK = "disk"
    CD = "cd"


_USES: Final = {
    DiskKind.HFS: (DiskUse.DISK, DiskUse.CD),
    DiskKind.MFS: (DiskUse.DISK,),
    DiskKind.HFS_PLUS: (DiskUse.DISK, DiskUse.CD),
    DiskKind.PARTITIONED: (DiskUse.DISK, DiskUse.CD),
    DiskKind.DISK_COPY: (DiskUse.DISK,),
    DiskKind.ISO: (DiskUse.CD,),
    DiskKind.QCOW2: (),  # by QEMU alone: setup/image_rules.py
    DiskKind.BLANK: (DiskUse.DISK,),
    DiskKind.WRONG: (),
}


@dataclass(frozen=True, slots=True)
class DiskReport:
    """What an image is: its format, and a sentence for people with values in braces.

    `volume` is among the values if the image says its volume's name.
    """

    kind: DiskKind
    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def volume(self) -> str:
        """The volume's name, "" if the image says none."""
        return self.values.get("volume", "")

    @property
    def text(self) -> str:
        """The sentence with its values."""
        return Sentence(self.sentence, **self.values)

    @property
    def uses(self) -> tuple[DiskUse, ...]:
        """What every emulator can use it for."""
        return _USES[self.kind]

    def refusal(self, use: DiskUse) -> str | None:
        """Return why it cannot be used so, None if it can."""
        if use in self.uses:
            return None
        if self.kind is DiskKind.WRONG:
            return self.text
        if self.kind is DiskKind.QCOW2:
            return Sentence("{what} Only QEMU’s Macs take it.", what=self.text)
        if use is DiskUse.CD:
            return Sentence("{what} It is a disk, not a CD.", what=self.text)
        return Sentence("{what} It is a CD, not a disk.", what=self.text)


def identify_disk(path: Path) -> DiskReport:
    """Return what an image is. Raises OSError. May block for as long as a disk does."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        size = file.seek(0, 2)
        file.seek(max(0, size - BLOCK))
        return _identify(head, file.read(), size, file)


def _identify(head: bytes, end: bytes, size: int, file: BinaryIO) -> DiskReport:
    if head.startswith(_QCOW2):  # before the others: what follows is its own, or the disk's
        return _qcow2(head.ljust(_HEAD_BYTES, b"\0"))
    whole = head.ljust(_HEAD_BYTES, b"\0")  # what a file is too short for is read as zeros
    volume = _volume(whole, size) or _disk_copy(whole, size) or _partitions(whole, file)
    if volume is not None:
        return volume
    if head[_ISO_DESCRIPTOR : _ISO_DESCRIPTOR + 5] == b"CD001":
        return DiskReport(DiskKind.ISO, "This is a CD image (ISO 9660).")
    if head.startswith(_RAW_SECTOR):
        return _wrong("This is a CD in raw sectors, as BIN/CUE files have it: convert it to ISO first.")
    if size < _MIN_BYTES:
        return _wrong("This is too small for a disk, which has 400 KB at least.")
    if not any(head) and not any(end):
        return DiskReport(DiskKind.BLANK, "This is an empty disk: Mac OS asks to initialise it.")
    what = describe_wrong_file(head + end)
    if what == "not the ROM of a Mac":
        return _wrong("This is no disk image of a Mac.")
    return _wrong("This is {found}.", found=what)


def _volume(head: bytes, size: int) -> DiskReport | None:
    """Return the report of a volume without a partition map, None if there is none."""
    signature = head[_VOLUME : _VOLUME + 2]
    if signature == b"BD":
        return _hfs(head, size)
    if signature == b"\xd2\xd7":
        name = _pascal(head, _VOLUME + 36)
        return DiskReport(DiskKind.MFS, "This is the disk “{volume}” (MFS).", {"volume": name})
    if signature in (b"H+", b"HX"):
        return DiskReport(DiskKind.HFS_PLUS, "This is a disk with HFS Plus, which Mac OS 8.1 and later read.")
    return None


def _hfs(head: bytes, size: int) -> DiskReport:
    blocks, block_bytes = struct.unpack_from(">HI", head, _VOLUME + 18)
    (start,) = struct.unpack_from(">H", head, _VOLUME + 28)
    name = _pascal(head, _VOLUME + 36)
    if block_bytes == 0 or block_bytes % BLOCK:
        return _wrong("This is a damaged disk image (HFS): the size of its blocks is none.")
    if start * BLOCK + blocks * block_bytes > size:
        return _wrong("This is the disk “{volume}” (HFS), but its end is missing.", volume=name)
    return DiskReport(DiskKind.HFS, "This is the disk “{volume}” (HFS).", {"volume": name})


def _disk_copy(head: bytes, size: int) -> DiskReport | None:
    """Return the report of a floppy disk by Disk Copy 4.2, None if it is none."""
    if head[82:84] != b"\x01\x00" or not 1 <= head[0] <= 63:
        return None
    data_bytes, tag_bytes = struct.unpack_from(">II", head, 64)
    name = _pascal(head, 0)
    if _DISK_COPY_HEADER + data_bytes + tag_bytes > size:
        return _wrong(
            "This is the floppy disk “{volume}” by Disk Copy 4.2, but its end is missing.", volume=name
        )
    return DiskReport(
        DiskKind.DISK_COPY, "This is the floppy disk “{volume}” by Disk Copy 4.2.", {"volume": name}
    )


def _qcow2(head: bytes) -> DiskReport:
    """Return the report of a disk of QEMU. One that names other files could show any of the computer's."""
    (version, backing_name) = struct.unpack_from(">IQ", head, 4)
    cluster_bits, _, encryption = struct.unpack_from(">IQI", head, 20)
    (features,) = struct.unpack_from(">Q", head, 72)
    has_data_file = version > 2 and features & _QCOW2_DATA_FILE
    if version not in _QCOW2_VERSIONS or backing_name or encryption or has_data_file:
        return _wrong(FOREIGN_QCOW2)
    if cluster_bits not in _QCOW2_CLUSTER_BITS:
        return _wrong("This is a damaged disk of QEMU (qcow2).")
    return DiskReport(DiskKind.QCOW2, "This is a disk of QEMU (qcow2).")


def _partitions(head: bytes, file: BinaryIO) -> DiskReport | None:
    """Return the report of a disk with a partition map, None if it has none."""
    if head[BLOCK : BLOCK + 2] != b"PM":
        return None
    (count,) = struct.unpack_from(">I", head, BLOCK + 4)
    file.seek(BLOCK)
    entries = file.read(min(count, _MAX_PARTITIONS) * BLOCK)
    kinds = {entries[at + 48 : at + 80].partition(b"\0")[0] for at in range(0, len(entries), BLOCK)}
    if not kinds & {b"Apple_HFS", b"Apple_MFS"}:
        return _wrong("This is a disk with partitions, but none of them is for Mac OS.")
    return DiskReport(DiskKind.PARTITIONED, "This is a hard disk with a partition map.")


def _pascal(data: bytes, place: int) -> str:
    """Return the text in Mac Roman that a byte with its length precedes, of 27 characters at most."""
    length = min(data[place], 27)
    text = data[place + 1 : place + 1 + length].decode("mac_roman")
    return "".join(each if each.isprintable() else "?" for each in text)


def _wrong(sentence: str, **values: str) -> DiskReport:
    return DiskReport(DiskKind.WRONG, sentence, values)
