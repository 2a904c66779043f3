"""The folder of the host that is the Mac's disk: documents by their Mac names, with type and creator.

No name leads out of the folder: files are opened relative to its descriptor, links are neither listed nor
followed. Folders in it are not listed, nor are names that begin with a dot. All methods may block.
"""

import contextlib
import errno
import importlib.resources
import logging
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from moof.folder_files import (
    move_entry,
    names_in,
    open_folder,
    read_entry,
    remove_unfinished,
    status_of,
    visible_files,
    write_entry,
)
from moof.mac.errors import MacError
from moof.mac_files.apple_double import (
    APPLE_DOUBLE_HEAD,
    MAX_APPLE_DOUBLE,
    apple_double_name,
    read_type_and_creator,
    with_type_and_creator,
)
from moof.mac_files.document_names import folded, host_name, mac_names
from moof.mac_files.document_types import HEAD_BYTES, type_and_creator

LOG: Final = logging.getLogger(__name__)

MAX_FILES: Final = 2000
"""Files of the folder that the Mac gets to see, in the order of their names."""
MAX_DOCUMENT: Final = 16 << 20
"""Bytes of a document that is read."""
READ_ME: Final = "Read Me"
TRASH: Final = ".trash"
"""The folder, inside, of what was thrown away."""


def default_documents() -> Path:
    """Return the user's folder of documents."""
    return platformdirs.user_data_path("moof") / "documents"


def first_documents() -> dict[str, bytes]:
    """Return what a new folder of documents has: the file's name and its bytes."""
    return {READ_ME: (importlib.resources.files("moof.mac") / "read_me.txt").read_bytes()}


class DiskError(MacError):
    """What the Mac asks of its disk is not possible; `number` is the errno that says why."""

    def __init__(self, number: int) -> None:
        super().__init__(os.strerror(number))
        self.number = number


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its Mac name, type and creator, size on the host in bytes, and seconds since 1970."""

    name: bytes
    kind: bytes
    creator: bytes
    size: int
    modified: int
    locked: bool


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """Bytes that are free, bytes that the disk has, and documents in the Trash."""

    free: int
    total: int
    trashed: int


class DocumentsFolder:
    """The documents in the folder `path`, which must exist while they are used. Raises DiskError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def prepare(self, first_documents: dict[str, bytes]) -> None:
        """Create the folder with these documents if there is none; else remove what a killed Mac left."""
        try:
            if not self._path.exists():
                self._path.mkdir(parents=True, mode=0o700)
                for name, data in first_documents.items():
                    (self._path / name).write_bytes(data)
            with open_folder(self._path) as folder:
                for name in remove_unfinished(folder):
                    LOG.info("Removed %s, a document that was not saved completely.", self._path / name)
        except OSError as error:
            raise MacError(f"The documents cannot be kept in {self._path}: {error.strerror}.") from error

    def documents(self) -> list[Document]:
        """Return the documents in the order of their names on the Mac."""
        with self._folder() as folder:
            found = [_document(folder, host, name) for host, name in _listed(folder).items()]
        return sorted((each for each in found if each is not None), key=lambda each: folded(each.name))

    def read(self, name: bytes) -> bytes:
        """Return a document's bytes."""
        with self._folder() as folder:
            data = read_entry(folder, _existing(folder, name), MAX_DOCUMENT + 1)
        if len(data) > MAX_DOCUMENT:
            raise DiskError(errno.EFBIG)
        return data

    def write(self, name: bytes, data: bytes, kind: bytes, creator: bytes, *, replace: bool) -> None:
        """Store a document, whole or not at all; one of this name is kept unless `replace` is set."""
        with self._folder() as folder:
            known = _find(folder, name)
            if known is not None:
                if not replace:
                    raise DiskError(errno.EEXIST)
                _refuse_locked(folder, known)
            host = known or host_name(name)
            write_entry(folder, host, data, replace=known is not None)
            _keep_type(folder, host, data[:HEAD_BYTES], kind, creator)

    def rename(self, name: bytes, new_name: bytes) -> None:
        """Give a document another name."""
        with self._folder() as folder:
            host, new_host = _existing(folder, name), host_name(new_name)
            _refuse_locked(folder, host)
            taken = _find(folder, new_name)
            if taken is not None and taken != host:
                raise DiskError(errno.EEXIST)
            if new_host == host:
                return
            before = _document(folder, host, name)
            move_entry(folder, host, folder, new_host)
            _move_apple_double(folder, host, folder, new_host)
            if before is not None:
                head = read_entry(folder, new_host, HEAD_BYTES)
                _keep_type(folder, new_host, head, before.kind, before.creator)

    def trash(self, name: bytes) -> None:
        """Move a document to the Trash, under a name that nothing has there."""
        with self._folder() as folder:
            host = _existing(folder, name)
            _refuse_locked(folder, host)
            with contextlib.suppress(FileExistsError):
                os.mkdir(TRASH, 0o700, dir_fd=folder)
            with open_folder(TRASH, folder) as trash:
                free_name = _free_name(trash, host)
                move_entry(folder, host, trash, free_name)
                _move_apple_double(folder, host, trash, free_name)

    def empty_trash(self) -> None:
        """Delete what the Trash has."""
        with (
            self._folder() as folder,
            contextlib.suppress(FileNotFoundError),
            open_folder(TRASH, folder) as trash,
        ):
            for name in names_in(trash):
                if status_of(trash, name) is not None:
                    os.unlink(name, dir_fd=trash)

    def space(self) -> DiskSpace:
        """Return how much the disk holds."""
        with self._folder() as folder:
            disk = os.fstatvfs(folder)
            trashed = 0
            with contextlib.suppress(OSError), open_folder(TRASH, folder) as trash:
                trashed = len(visible_files(trash, MAX_FILES))
        return DiskSpace(disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize, trashed)

    @contextlib.contextmanager
    def _folder(self) -> Iterator[int]:
        """Yield the folder's descriptor; an OSError becomes a DiskError."""
        try:
            folder = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise DiskError(errno.ENODEV) from error
        try:
            yield folder
        except OSError as error:
            raise DiskError(error.errno or errno.EIO) from error
        finally:
            os.close(folder)


def _listed(folder: int) -> dict[str, bytes]:
    """Return the Mac's name of each document, by the host's."""
    return mac_names(visible_files(folder, MAX_FILES))


def _find(folder: int, name: bytes) -> str | None:
    """Return the host's name of a document: the one that is spelt so, else one that the Mac calls so."""
    exact = host_name(name)
    if status_of(folder, exact) is not None:
        return exact
    wanted = folded(name)
    return next((host for host, known in _listed(folder).items() if folded(known) == wanted), None)


def _existing(folder: int, name: bytes) -> str:
    host = _find(folder, name)
    if host is None:
        raise DiskError(errno.ENOENT)
    return host


def _is_locked(status: os.stat_result) -> bool:
    """Return whether nobody may write the file: it is neither replaced, renamed nor thrown away then."""
    return not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)


def _refuse_locked(folder: int, host: str) -> None:
    status = status_of(folder, host)
    if status is not None and _is_locked(status):
        raise DiskError(errno.EACCES)


def _document(folder: int, host: str, name: bytes) -> Document | None:
    """Return a document; None if it has vanished."""
    status = status_of(folder, host)
    if status is None:
        return None
    kind, creator = _stored_type(folder, host) or type_and_creator(host, _head(folder, host))
    return Document(name, kind, creator, status.st_size, int(status.st_mtime), _is_locked(status))


def _head(folder: int, host: str) -> bytes:
    try:
        return read_entry(folder, host, HEAD_BYTES)
    except OSError:
        return b"\0"  # what cannot be read is no text


def _apple_double(folder: int, host: str, limit: int = MAX_APPLE_DOUBLE) -> bytes:
    try:
        return read_entry(folder, apple_double_name(host), limit)
    except OSError:
        return b""


def _stored_type(folder: int, host: str) -> tuple[bytes, bytes] | None:
    return read_type_and_creator(_apple_double(folder, host, APPLE_DOUBLE_HEAD))


def _keep_type(folder: int, host: str, head: bytes, kind: bytes, creator: bytes) -> None:
    """Store type and creator where neither the file nor an AppleDouble file says them yet."""
    stored = _apple_double(folder, host)
    known = read_type_and_creator(stored) or type_and_creator(host, head)
    if known != (kind, creator):
        data = with_type_and_creator(stored, kind, creator)
        write_entry(folder, apple_double_name(host), data, replace=True)


def _move_apple_double(folder: int, host: str, to_folder: int, to_host: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        names = apple_double_name(host), apple_double_name(to_host)
        move_entry(folder, names[0], to_folder, names[1], replace=True)


def _free_name(folder: int, host: str) -> str:
    stem, dot, extension = host.rpartition(".")
    if not stem:
        stem, dot, extension = host, "", ""
    names = (f"{stem} {number}{dot}{extension}" for number in range(2, MAX_FILES))
    return next(name for name in (host, *names) if not _exists(folder, name))


def _exists(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
