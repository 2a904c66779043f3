"""A configured folder whose files are reached by name: disk images, ROMs.

A name from a request is either one of those that the folder lists, or, for an upload, checked character by
character; a path is never made of anything else.
"""

import os
import secrets
import stat
from collections.abc import AsyncIterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LONGEST_NAME: Final = 200  # bytes; file systems take 255, and an upload's temporary name is longer
_FORBIDDEN: Final = frozenset('/\\:*?"<>|')


class FolderError(Exception):
    """A file cannot be had or stored; the text says why."""


class NoSuchFileError(FolderError):
    """The folder has no file of this name."""


class NameTakenError(FolderError):
    """The folder already has a file of this name."""


class TooLargeError(FolderError):
    """More bytes than a file may have."""


class NoRoomError(FolderError):
    """The disk is full, or may not be written to."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: its size in bytes, and when it was changed in seconds since 1970."""

    name: str
    size: int
    modified: float


class Folder:
    """The files of one folder; those whose names begin with a dot don't count. It need not exist."""

    def __init__(self, path: Path, most_bytes: int) -> None:
        self.path = path
        self.most_bytes = most_bytes

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
        """Return the path of a file that is listed. Raises NoSuchFileError."""
        if not any(each.name == name for each in self.entries()):
            raise NoSuchFileError(f"There is no file “{printable(name)}”.")
        return self.path / name

    async def store(self, name: str, chunks: AsyncIterable[bytes], *, replace: bool = False) -> Entry:
        """Store a file as its bytes arrive; it appears under its name when all of them are there.

        Raises FolderError; nothing stays behind then.
        """
        target = self.path / checked_name(name)
        if not replace and target.exists():
            raise NameTakenError(f"There is already a file “{name}”.")
        fresh = self.path / f".{secrets.token_hex(8)}.upload"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            await self._write(fresh, chunks)
            _name(fresh, target, replace=replace)
            status = target.stat()
        except FileExistsError as error:
            raise NameTakenError(f"There is already a file “{name}”.") from error
        except OSError as error:
            raise NoRoomError(f"“{name}” cannot be stored: {error.strerror}.") from error
        finally:
            fresh.unlink(missing_ok=True)
        return Entry(name, status.st_size, status.st_mtime)

    async def _write(self, path: Path, chunks: AsyncIterable[bytes]) -> None:
        size = 0
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as file:
            async for chunk in chunks:
                size += len(chunk)
                if size > self.most_bytes:
                    raise TooLargeError(f"A file may have at most {self.most_bytes} bytes.")
                file.write(chunk)  # into the page cache: not worth a thread


def checked_name(name: str) -> str:
    """Return a name that is fit for a new file. Raises FolderError, saying what is wrong with it."""
    fit = name.isprintable() and not _FORBIDDEN & set(name) and name.strip() == name
    if not fit or not name or name.startswith(".") or len(name.encode()) > _LONGEST_NAME:
        raise FolderError(
            f"“{printable(name)}” is no name for a file: up to {_LONGEST_NAME} bytes, "
            "not beginning with a dot, without any of " + " ".join(sorted(_FORBIDDEN)) + "."
        )
    return name


def printable(name: str) -> str:
    """Return a name as it may be shown: short, and without anything that is not a character."""
    return "".join(each if each.isprintable() else "?" for each in name[:_LONGEST_NAME])


def _entry(found: "os.DirEntry[str]") -> Entry | None:
    try:
        status = found.stat()  # of what a link leads to: whoever owns the folder may place links in it
    except OSError:
        return None
    fit = stat.S_ISREG(status.st_mode) and not found.name.startswith(".") and found.name.isprintable()
    return Entry(found.name, status.st_size, status.st_mtime) if fit else None


def _name(fresh: Path, target: Path, *, replace: bool) -> None:
    if replace:
        fresh.replace(target)
    else:
        target.hardlink_to(fresh)  # fails if somebody else was quicker
