"""Lays out an HFS volume with documents: the disk of a Mac whose emulator cannot share a folder. Pure.

Source: "Inside Macintosh: Files", 2-52 to 2-77. machfs writes the volume; names are made distinct here, as
HFS compares them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from moof.mac_files.document_names import MAX_NAME, folded
from moof.mac_files.mac_file import MacFileInfo
from moof.mac_files.mac_time import mac_seconds

MAX_FORKS: Final = 256 << 20
"""Bytes of all forks together: the volume is laid out in memory."""
MAX_FORK_BLOCKS: Final = 0xFFFF
"""Blocks that a volume has at most: each counts in 16 bits."""
_MIN_BYTES: Final = 2 << 20
"""From this size on a volume has the empty desktop database without which Mac OS would want to write one."""
_FILE_OVERHEAD: Final = 1024
"""Bytes that a file needs in the catalog, at most."""
_RESERVED: Final = frozenset({"desktop", "desktop db", "desktop df"})
"""The Finder's own files, in the volume's root."""
_HAS_BEEN_INITED: Final = 0x0100
"""The Finder flag of an icon that has a place already; without it the Finder finds places."""
_NO_BREAK_SPACE: Final = "\N{NO-BREAK SPACE}"
_BLOCK: Final = 512


@dataclass(frozen=True, slots=True)
class VolumeFile:
    """A file of a volume: Mac Roman name, type, creator and flags in `info`; changed so many s after 1970."""

    info: MacFileInfo
    data: bytes
    resource: bytes = b""
    modified: int = 0


def documents_volume(files: Sequence[VolumeFile], name: str, now: int) -> bytes:
    """Return the image of a volume with these files, as small as they allow; `now` in seconds since 1970.

    Names that HFS takes for the same, and those of the Finder's own files, get numbers. The forks have
    MAX_FORKS bytes at most.
    """
    from machfs import OutOfSpaceError, Volume  # few need it

    volume = Volume()
    volume.name = name
    volume.crdate = volume.mddate = mac_seconds(now)
    for file, unique in zip(files, distinct_names(each.info.name for each in files), strict=True):
        volume[unique.decode("mac_roman")] = _file(file)
    size = _first_size(files)
    while True:
        try:
            return bytes(volume.write(size, bootable=False))
        except OutOfSpaceError:
            size += _rounded(size // 8)


def distinct_names(names: Iterable[bytes]) -> list[bytes]:
    """Return each name, or with a number one that HFS takes for no other."""
    taken = set(_RESERVED)
    distinct = []
    for name in names:
        unique, number = name, 1
        while _compared(unique) in taken:
            number += 1
            end = b" %d" % number
            unique = name[: MAX_NAME - len(end)] + end
        taken.add(_compared(unique))
        distinct.append(unique)
    return distinct


def _compared(name: bytes) -> str:
    """Return what two names have in common that are the same to HFS."""
    return folded(name).replace(_NO_BREAK_SPACE, " ")


def _file(file: VolumeFile) -> object:
    from machfs import File

    made = File()
    made.type, made.creator = file.info.kind, file.info.creator
    made.flags = file.info.flags & ~_HAS_BEEN_INITED
    made.crdate = made.mddate = mac_seconds(file.modified)
    made.data, made.rsrc = file.data, file.resource
    return made


def _first_size(files: Sequence[VolumeFile]) -> int:
    """Return a size in bytes that is enough unless blocks are large, and hardly too much."""
    forks = sum(len(each.data) + len(each.resource) for each in files)
    block = _rounded(forks // MAX_FORK_BLOCKS + 1)
    return max(
        _MIN_BYTES, _rounded(forks + len(files) * (_FILE_OVERHEAD + block) + (forks >> 12)) + (256 << 10)
    )


def _rounded(size: int) -> int:
    return (size + _BLOCK - 1) // _BLOCK * _BLOCK
