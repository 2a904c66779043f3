"""Where a folder keeps what belongs to a document: resource fork, type, creator, Finder flags.

All methods may block for as long as a disk does.
"""

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from moof.mac_files import MacFileInfo
from moof.mac_files.apple_double import (
    MAX_APPLE_DOUBLE,
    apple_double_file,
    apple_double_name,
    read_finder_flags,
    read_resource_fork,
    read_type_and_creator,
)
from moof.mac_files.document_types import UNKNOWN
from moof.mac_files.finder_info import FINDER_INFO_BYTES, finder_info, read_finder_info
from moof.mac_files.mac_file import MAX_RESOURCE_FORK
from moof.server.storage.upload import Upload

FINDER_FOLDER: Final = ".finf"
RESOURCE_FOLDER: Final = ".rsrc"


@dataclass(frozen=True, slots=True)
class DocumentForks:
    """What belongs to a document; type and creator are None where nothing says them."""

    kind_and_creator: tuple[bytes, bytes] | None = None
    flags: int = 0
    resource: bytes = b""


class ForkLayout(Protocol):
    """Files beside documents. A document's path is that of its data."""

    for_guest: bool
    """Whether a guest reads the folder itself: texts are as Macs have them, names have ASCII characters, and
    types are always stored."""

    def paths(self, document: Path) -> Iterator[Path]:
        """Yield the paths of the files that may belong to a document."""
        ...

    def read(self, document: Path) -> DocumentForks:
        """Return what belongs to a document. Raises OSError."""
        ...

    def write(self, document: Path, info: MacFileInfo, resource: bytes) -> None:
        """Store what belongs to a document, which may not exist yet. Raises OSError."""
        ...

    def take_apple_double(self, file: Path, document: Path) -> None:
        """Store what an AppleDouble file says, and remove it. Raises OSError."""
        ...


class AppleDoubleLayout(ForkLayout):
    """The built-in Mac's: an AppleDouble file `._NAME`."""

    for_guest = False

    def paths(self, document: Path) -> Iterator[Path]:
        """Yield the path of the AppleDouble file."""
        yield document.with_name(apple_double_name(document.name))

    def read(self, document: Path) -> DocumentForks:
        """Read the AppleDouble file."""
        (path,) = self.paths(document)
        data = _read(path, MAX_APPLE_DOUBLE)
        return DocumentForks(read_type_and_creator(data), read_finder_flags(data), read_resource_fork(data))

    def write(self, document: Path, info: MacFileInfo, resource: bytes) -> None:
        """Write the AppleDouble file."""
        (path,) = self.paths(document)
        _write(path, apple_double_file(info, resource))

    def take_apple_double(self, file: Path, document: Path) -> None:
        """Give the file its name."""
        (path,) = self.paths(document)
        file.replace(path)


class ExtfsLayout(ForkLayout):
    """That of Basilisk II's and SheepShaver's `extfs`: `.finf/NAME` and `.rsrc/NAME`."""

    for_guest = True

    def paths(self, document: Path) -> Iterator[Path]:
        """Yield the paths of the Finder information and of the resource fork."""
        for folder in (FINDER_FOLDER, RESOURCE_FOLDER):
            yield document.parent / folder / document.name

    def read(self, document: Path) -> DocumentForks:
        """Read both files."""
        about, resource = self.paths(document)
        found = read_finder_info(_read(about, FINDER_INFO_BYTES))
        kind = (found[0], found[1]) if found else None
        return DocumentForks(kind, found[2] if found else 0, _read(resource, MAX_RESOURCE_FORK))

    def write(self, document: Path, info: MacFileInfo, resource: bytes) -> None:
        """Write the Finder information, and the resource fork if there is one."""
        about, fork = self.paths(document)
        if resource:
            _write(fork, resource)
        else:
            fork.unlink(missing_ok=True)
        _write(about, finder_info(info))

    def take_apple_double(self, file: Path, document: Path) -> None:
        """Write both files. A type that the AppleDouble file lacks stays as it is."""
        data = _read(file, MAX_APPLE_DOUBLE)
        kind, creator = read_type_and_creator(data) or self.read(document).kind_and_creator or UNKNOWN
        info = MacFileInfo(document.name.encode(), kind, creator, read_finder_flags(data))
        self.write(document, info, read_resource_fork(data))
        file.unlink(missing_ok=True)


def _read(path: Path, limit: int) -> bytes:
    if path.is_symlink() or path.parent.is_symlink() or not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(limit)


def _write(path: Path, data: bytes) -> None:
    """Replace a file whole. The guest can make a link of its folder, which would lead elsewhere."""
    if path.parent.is_symlink():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path.parent))
    upload = Upload(path.parent)
    try:
        upload.write(data)
        upload.finish(path, replace=True)
    finally:
        upload.close()
