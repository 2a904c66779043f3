"""A configured folder whose files are read and written by name: disk images, ROMs.

A path is made only of a name that the folder lists or, for an upload, of a name whose characters have been
checked.
"""

import asyncio
import os
import stat
from collections.abc import AsyncIterable, Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from moof.sentence import Sentence, reason_of
from moof.server.storage.folder_errors import (
    FolderError,
    FolderExchangedError,
    NameTakenError,
    NoSuchFileError,
    StorageFullError,
    TooLargeError,
    TooManyUploadsError,
)
from moof.server.storage.unfinished_upload import unfinished_bytes
from moof.server.storage.upload import Upload, remove_leftovers
from moof.server.storage.upload_target import AnyFile, FileCheck, UploadRequest, UploadTarget

_WRITE_BYTES: Final = 1 << 20
"""Bytes that are collected for one write in another thread."""
_MAX_UPLOADS: Final = 4
_MIN_FREE: Final = 256 << 20
"""Bytes that an upload leaves free on the disk: the Mac writes its XPRAM and its disks there, too."""
_MAX_NAME_BYTES: Final = 200  # file systems allow 255
_MAX_COPIES: Final = 100
_BAD_NAME: Final = (
    "“{name}” is not a valid file name: up to {most} bytes, not beginning with a dot or a hyphen, without "
    "any of {signs}."
)
_FORBIDDEN: Final = frozenset('/\\:*?"<>|')


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: its size in bytes, and its modification time in seconds since 1970."""

    name: str
    size: int
    modified: float


class Folder(UploadTarget):
    """The files of one folder, without those whose names begin with a dot. It need not exist.

    All methods may block for as long as a disk does: call them in a thread. Only `store`, which uses threads
    itself, belongs to the event loop.
    """

    def __init__(
        self,
        path: Path,
        max_bytes: int,
        max_total: int | None = None,
        reserved: Collection[Path] = (),
        check: FileCheck | None = None,
    ) -> None:
        """Allow files of `max_bytes`, and of `max_total` bytes together (None: no limit).

        `check` looks at each upload, and at what is to be deleted. `reserved` files are neither listed nor
        written, should they lie in the folder.
        """
        self.path = path
        self._real = os.path.realpath(path)
        self.max_bytes = max_bytes
        self._max_total = max_total
        self._reserved = reserved
        self._check = check or AnyFile()
        self._uploads: dict[Upload, int] = {}
        """The bytes of each upload so far."""

    def entries(self) -> list[Entry]:
        """Return the files in alphabetical order."""
        self._check_place()
        try:
            found = [self._entry(each) for each in os.scandir(self.path) if not self._is_hidden(each)]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise FolderError(
                Sentence(
                    "The folder {folder} cannot be read: {reason}.",
                    folder=str(self.path),
                    reason=reason_of(error),
                )
            ) from error
        return sorted((each for each in found if each is not None), key=lambda each: each.name.casefold())

    def file(self, name: str) -> Path:
        """Return the path of a listed file. Raises NoSuchFileError."""
        if not any(each.name == name for each in self.entries()):
            raise NoSuchFileError(Sentence("There is no file “{name}”.", name=printable(name)))
        return self.path / name

    def delete(self, name: str) -> None:
        """Delete a listed file; a Mac that has it open keeps it until it closes it. Raises FolderError."""
        path = self.file(name)
        self._check.check_deletion(path)
        try:
            path.unlink()
        except FileNotFoundError as error:
            raise NoSuchFileError(Sentence("There is no file “{name}”.", name=printable(name))) from error
        except OSError as error:
            raise FolderError(
                Sentence(
                    "“{name}” cannot be deleted: {reason}.", name=printable(name), reason=reason_of(error)
                )
            ) from error

    def remove_leftovers(self) -> list[Path]:
        """Remove what uploads left whose server was killed, and return it."""
        return remove_leftovers(self.path)

    def check_request(self, request: UploadRequest) -> None:
        """Raise FolderError if such a file cannot be taken."""
        self._free_path(request.name, request.replace)
        if request.length > self.max_bytes:
            raise self._too_large()

    def room(self) -> int:
        """Return how many more bytes may be kept, beside those that unfinished uploads have now."""
        disk = os.statvfs(next(each for each in (self.path, *self.path.parents) if each.exists()))
        free = max(0, disk.f_bavail * disk.f_frsize - _MIN_FREE)
        if self._max_total is None:
            return free
        used = sum(each.size for each in self.entries()) + unfinished_bytes(self.path)
        return min(free, max(0, self._max_total - used))

    def take(self, file: Path, request: UploadRequest) -> None:
        """Give a complete file its name. Raises FolderError or OSError."""
        target = self.path / checked_name(request.name)
        if target.exists() and target.samefile(file):  # killed between both names
            file.unlink()
            return
        self._free_path(request.name, request.replace)
        self._check.check(file)
        if request.replace:
            file.replace(target)
            return
        try:
            target.hardlink_to(file)  # fails if another upload of this name was faster
        except FileExistsError as error:
            raise self._taken(request.name) from error
        file.unlink()

    def create(self, name: str, size: int, write: Callable[[BinaryIO], None]) -> Entry:
        """Store a new file of `size` bytes, which a function writes. Raises FolderError."""
        target = self._free_path(name, replace=False)
        if size > self.max_bytes:
            raise self._too_large()
        if size > self.room():
            raise StorageFullError(
                Sentence("There is no room for the {size} bytes of this file.", size=str(size))
            )
        try:
            upload = Upload(self.path)
            try:
                upload.fill(write)
                status = upload.finish(target, replace=False)
            finally:
                upload.close()
        except FileExistsError as error:
            raise self._taken(name) from error
        except OSError as error:
            raise StorageFullError(
                Sentence("“{name}” cannot be stored: {reason}.", name=name, reason=reason_of(error))
            ) from error
        return Entry(name, status.st_size, status.st_mtime)

    async def store(self, name: str, chunks: AsyncIterable[bytes], *, replace: bool = False) -> Entry:
        """Store a file while its bytes arrive; it appears under its name once it is complete.

        Raises:
            FolderError: Nothing was stored; the text says why.
        """
        target = await asyncio.to_thread(self._free_path, name, replace)
        if len(self._uploads) >= _MAX_UPLOADS:
            raise TooManyUploadsError(
                Sentence("{most} files are being uploaded already; try again later.", most=str(_MAX_UPLOADS))
            )
        try:
            upload = await asyncio.to_thread(Upload, self.path)
            try:
                self._uploads[upload] = 0
                await self._write(upload, chunks)
                await asyncio.to_thread(self._check.check, upload.path)
                status = await asyncio.to_thread(upload.finish, target, replace=replace)
            finally:
                del self._uploads[upload]
                await asyncio.shield(asyncio.to_thread(upload.close))
        except FileExistsError as error:
            raise self._taken(name) from error
        except OSError as error:
            raise StorageFullError(
                Sentence("“{name}” cannot be stored: {reason}.", name=name, reason=reason_of(error))
            ) from error
        return Entry(name, status.st_size, status.st_mtime)

    async def _write(self, upload: Upload, chunks: AsyncIterable[bytes]) -> None:
        room = await asyncio.to_thread(self.room)
        collected = bytearray()
        async for chunk in chunks:
            self._uploads[upload] += len(chunk)
            if self._uploads[upload] > self.max_bytes:
                raise self._too_large()
            if sum(self._uploads.values()) > room:
                raise StorageFullError(
                    Sentence("There is no room for this file: {room} bytes are left.", room=str(room))
                )
            collected += chunk
            if len(collected) >= _WRITE_BYTES:
                await asyncio.to_thread(upload.write, bytes(collected))
                collected.clear()
        await asyncio.to_thread(upload.write, bytes(collected))

    def _free_path(self, name: str, replace: bool) -> Path:
        """Return the path of a file that may be stored. Raises FolderError."""
        target = self.path / checked_name(name)
        self._check_place()
        if self._is_reserved(name):
            raise FolderError(
                Sentence("“{name}” is a file of settings, which is not changed here.", name=name)
            )
        if not replace and target.exists():
            raise self._taken(name)
        return target

    def _taken(self, name: str) -> NameTakenError:
        return NameTakenError(Sentence("There is already a file “{name}”.", name=name))

    def _too_large(self) -> TooLargeError:
        return TooLargeError(Sentence("A file may have at most {most} bytes.", most=str(self.max_bytes)))

    def _check_place(self) -> None:
        """Raise FolderError if a link has come into the path: an emulator could have made it."""
        if os.path.realpath(self.path) != self._real:
            raise FolderExchangedError(
                Sentence(
                    "The folder {folder} has been exchanged since the server started.", folder=str(self.path)
                )
            )

    def _entry(self, found: "os.DirEntry[str]") -> Entry | None:
        """Return a file's entry, None for what is not listed.

        A link is followed to another file of the folder alone: an emulator that writes it may have made it.
        """
        if found.is_symlink() and Path(os.path.realpath(found.path)).parent != Path(self._real):
            return None
        return _entry(found)

    def _is_reserved(self, name: str) -> bool:
        """Return whether a name leads to a reserved file, by a link for example."""
        return os.path.realpath(self.path / name) in map(os.path.realpath, self._reserved)

    def _is_hidden(self, found: "os.DirEntry[str]") -> bool:
        known = found.is_symlink() or any(path.name == found.name for path in self._reserved)
        return known and self._is_reserved(found.name)


def checked_name(name: str) -> str:
    """Return a valid name for a new file. Raises FolderError, which says what is wrong with it."""
    valid = name.isprintable() and not _FORBIDDEN & set(name) and name.strip() == name
    if not valid or not name or name.startswith((".", "-")) or len(name.encode()) > _MAX_NAME_BYTES:
        raise FolderError(
            Sentence(
                _BAD_NAME, name=printable(name), most=str(_MAX_NAME_BYTES), signs=" ".join(sorted(_FORBIDDEN))
            )
        )
    return name


def numbered_names(name: str) -> Iterator[str]:
    """Yield a name, then the same one with the numbers 2 to 99 before its extension."""
    stem, dot, extension = name.rpartition(".")
    if not stem:
        stem, dot, extension = name, "", ""
    yield name
    for number in range(2, _MAX_COPIES):
        yield f"{stem} {number}{dot}{extension}"


def printable(name: str) -> str:
    """Return a name for a message: short, and with "?" for unprintable characters."""
    return "".join(each if each.isprintable() else "?" for each in name[:_MAX_NAME_BYTES])


def _entry(found: "os.DirEntry[str]") -> Entry | None:
    try:
        status = found.stat()
    except OSError:
        return None
    listed = stat.S_ISREG(status.st_mode) and not found.name.startswith(".") and found.name.isprintable()
    return Entry(found.name, status.st_size, status.st_mtime) if listed else None
