"""Copies a Mac under another name: its folder, and the disks that lie elsewhere: both have their own."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from moof.sentence import Sentence
from moof.setup.answers import check_name
from moof.setup.mac_folders import SetupError, check_room, free_name, staged_folder
from moof.setup.mac_paths import change_paths, paths_of_disks
from moof.setup.mac_shelf import check_rests, find_mac
from moof.setup.plan import DISK

_BLOCK: Final = 512
"""Bytes of a block as stat(2) counts them."""
_PIECE: Final = 16 << 20


def duplicate_mac(macs: Path, name: str, copy: str = "") -> str:
    """Copy the Mac `name` as `copy`, by default its name with a number; return the copy's name.

    May block for as long as its disks are large.

    Raises:
        NoSuchMacError: There is no Mac `name`.
        MacRunsError: It runs.
        AnswerError: `copy` is no name for a Mac.
        SetupError: Nothing was copied; the text says why.
    """
    check_rests(find_mac(macs, name))
    source, target = macs / name, macs / check_name(copy or free_name(name, macs))
    with staged_folder(target) as staged:
        own = {each: each.name for each in source.iterdir() if _is_file(each)}
        disks = dict(_disks_elsewhere(source, own.values()))
        check_room(macs, sum(each.stat().st_blocks * _BLOCK for each in (*own, *disks)))
        for file, file_name in {**own, **disks}.items():
            copy_sparse(file, staged / file_name)
        change_paths(staged, {str(file): str(target / each) for file, each in {**own, **disks}.items()})
    return target.name


def copy_sparse(source: Path, target: Path) -> None:
    """Copy a file to a new one; what takes no room in it takes none in the copy. Raises OSError."""
    with source.open("rb") as original, target.open("xb") as copy:
        size = os.fstat(original.fileno()).st_size
        for start, end in _data(original.fileno(), size):
            copy.seek(start)
            while start < end:
                sent = os.sendfile(copy.fileno(), original.fileno(), start, min(_PIECE, end - start))
                if sent == 0:  # it has become shorter
                    break
                start += sent
        copy.truncate(size)
        os.fchmod(copy.fileno(), 0o600)
        os.fsync(copy.fileno())


def _data(fd: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield where a file has data, from offset to offset."""
    end = 0
    while end < size:
        try:
            start = os.lseek(fd, end, os.SEEK_DATA)
        except OSError:  # ENXIO: there is none up to the end
            return
        end = os.lseek(fd, start, os.SEEK_HOLE)
        yield start, end


def _disks_elsewhere(folder: Path, taken: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """Yield the disks of a Mac that lie outside of its folder, and names for their copies in it.

    Raises SetupError if one is not there: once it is again, Mac and copy would write to the same one.
    """
    names = set(taken)
    for path in paths_of_disks(folder):
        if path.parent == folder or path.is_dir():
            continue
        if not path.is_file():
            raise SetupError(Sentence("The disk {disk} is not there.", disk=str(path)))
        name, number = DISK, 2
        while name in names:
            name, number = f"disk-{number}.img", number + 1
        names.add(name)
        yield path, name


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
