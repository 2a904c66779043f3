"""What MacBinary and BinHex files have in common: a Mac's file with both forks, read as a stream."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

MAX_RESOURCE_FORK: Final = 16 << 20
"""Bytes: a resource fork's offsets have 24 bits ("Inside Macintosh: More Macintosh Toolbox", 1-121)."""
CHUNK_BYTES: Final = 1 << 16


class MacFileError(ValueError):
    """A file is damaged, or has more than a Mac's file can have; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class MacFileInfo:
    """A file of a Mac: Mac Roman name, type and creator (4 bytes each), Finder flags, bytes of its forks."""

    name: bytes
    kind: bytes
    creator: bytes
    flags: int = 0
    data_length: int = 0
    resource_length: int = 0

    def check_length(self) -> None:
        """Raise MacFileError if the resource fork is longer than any can be."""
        if self.resource_length > MAX_RESOURCE_FORK:
            raise MacFileError("Its resource fork is longer than that of any Mac's file.")


class ForkReader(Protocol):
    """Reads an encoded file: first the data fork to its end, then the resource fork."""

    info: MacFileInfo

    def data_fork(self) -> Iterator[bytes]:
        """Yield the data fork in parts. Raises MacFileError if the file is damaged."""

    def resource_fork(self) -> bytes:
        """Return the resource fork. Raises MacFileError if the file is damaged."""
