"""A configured folder whose files are read and written by name: disk images, ROMs.

A path is made only of a name that the folder lists or, for an upload, of a name whose characters have been
checked.
"""

import os
import secrets
import stat
from collections.abc import AsyncIterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_MAX_NAME_BYTES: Final = 200  # file systems allow 255
_FORBIDDEN: Final = frozenset('/\\:*?"<>|')


class FolderError(Exception):
    """A file cannot be read or stored; the text says why."""


class NoSuchFileError(FolderError):
    """The folder has no file of this name."""


class NameTakenError(FolderError):
    """The folder has a file of this name already."""


class TooLargeError(FolderError):
    """The file has more bytes than the limit."""


class StorageFullError(FolderError):
    """The disk is full or not writable."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: its size in bytes, and its modification time in seconds since 1970."""

    name: str
    size: int
    modified: float


class Folder:
    """The files of one folder, without those whose names begin with a dot. It need not exist."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self.path = path
        self.max_bytes = max_bytes

    def entries(self) -> list[Entry]:
        """Return the files in alphabetical order."""
        try:
            found = [_entry(each) for each in os.scandir(self.path)]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise FolderError(f"The folder {self.path} cannot be read: {error.strerror}.") from error
        return sorted((each for each in found if each is not None), key=lambda each: each.name.casefold())

    def file(self, name: str) -> Path:
        """Return the path of a listed file. Raises NoSuchFileError."""
        if not any(each.name == name for each in self.entries()):
            raise NoSuchFileError(f"There is no file “{printable(name)}”.")
        return self.path / name

    async def store(self, name: str, chunks: AsyncIterable[bytes], *, replace: bool = False) -> Entry:
        """Store a file while its bytes arrive; it appears under its name once it is complete.

        Raises:
            FolderError: Nothing was stored; the text says why.
        """
        target = self.path / checked_name(name)
        if not replace and target.exists():
            raise NameTakenError(f"There is already a file “{name}”.")
        temporary = self.path / f".{secrets.token_hex(8)}.upload"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            await self._write(temporary, chunks)
            _move(temporary, target, replace=replace)
            status = target.stat()
        except FileExistsError as error:
            raise NameTakenError(f"There is already a file “{name}”.") from error
        except OSError as error:
            raise StorageFullError(f"“{name}” cannot be stored: {error.strerror}.") from error
        finally:
            temporary.unlink(missing_ok=True)
        return Entry(name, status.st_size, status.st_mtime)

    async def _write(self, path: Path, chunks: AsyncIterable[bytes]) -> None:
        size = 0
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as file:
            async for chunk in chunks:
                size += len(chunk)
                if size > self.max_bytes:
                    raise TooLargeError(f"A file may have at most {self.max_bytes} bytes.")
                file.write(chunk)  # goes to the page cache: too fast to be worth a thread


def checked_name(name: str) -> str:
    """Return a valid name for a new file. Raises FolderError, which says what is wrong with it."""
    valid = name.isprintable() and not _FORBIDDEN & set(name) and name.strip() == name
    if not valid or not name or name.startswith(".") or len(name.encode()) > _MAX_NAME_BYTES:
        raise FolderError(
            f"“{printable(name)}” is not a valid file name: up to {_MAX_NAME_BYTES} bytes, "
            "not beginning with a dot, without any of " + " ".join(sorted(_FORBIDDEN)) + "."
        )
    return name


def printable(name: str) -> str:
    """Return a name for a message: short, and with "?" for unprintable characters."""
    return "".join(each if each.isprintable() else "?" for each in name[:_MAX_NAME_BYTES])


def _entry(found: "os.DirEntry[str]") -> Entry | None:
    try:
        status = found.stat()  # follows links: the folder's owner may have placed them
    except OSError:
        return None
    listed = stat.S_ISREG(status.st_mode) and not found.name.startswith(".") and found.name.isprintable()
    return Entry(found.name, status.st_size, status.st_mtime) if listed else None


def _move(temporary: Path, target: Path, *, replace: bool) -> None:
    if replace:
        temporary.replace(target)
    else:
        target.hardlink_to(temporary)  # fails if another upload of this name was faster
