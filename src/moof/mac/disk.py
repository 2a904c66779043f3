"""The Mac's disk as a device: takes the guest's requests, has them done, and hands over the answers.

The 68k's thread calls `submit` and `result`, which never wait for the host's disk. Another thread calls
`perform` (`disk_thread`), or the caller of a headless Mac does. The interrupt says that there is an answer.
"""

import dataclasses
import struct
import threading
from collections import deque
from dataclasses import dataclass
from typing import Final, Protocol

from moof.mac.cpu import Interrupt, Interrupts
from moof.mac.documents_folder import DiskError, Document, DocumentsFolder
from moof.mac.file_requests import FileFlags, FileOperation, FileRequest, FileResult, read_request, result_of
from moof.mac.memory import GuestMemory
from moof.mac.pictures import PictureDocumentError, Sheet, picture_for_host, picture_for_mac
from moof.mac.threads import BinarySemaphore
from moof.mac_files.document_names import DocumentNameError
from moof.mac_files.document_text import text_for_host, text_for_mac
from moof.mac_files.mac_time import mac_seconds

MAX_WAITING: Final = 4
"""Requests that wait: one of the guest, and those that it made before it was reset."""
ENTRY_BYTES: Final = 56
INEXACT: Final = 1
"""The bit of the answer to READ that says that the text lacks characters of the file."""
_ENTRY: Final = struct.Struct(">32s4s4sIIB7x")
_LOCKED: Final = 1
_READING: Final = (FileOperation.LIST, FileOperation.READ, FileOperation.SPACE)
_MOST: Final = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """The result, what goes to the guest's buffer, how much there is in all, and more about it."""

    result: FileResult
    data: bytes = b""
    total: int = 0
    extra: int = 0
    count: int | None = None
    """What D1 has, None for the length of the data."""


@dataclass(frozen=True, slots=True)
class DiskState:
    """The guest's last request, without the data of WRITE, and its answer, None while it is in progress."""

    asked: FileRequest | None = None
    answer: FileAnswer | None = None


class DiskOperations(Protocol):
    """Does what a request asks."""

    def perform(self, request: FileRequest) -> FileAnswer:
        """Return the answer; may wait for the host's disk."""
        ...


class Disk:
    """The device; without a folder, each request is answered with NO_DISK."""

    def __init__(self, memory: GuestMemory, interrupts: Interrupts, folder: DocumentsFolder | None) -> None:
        self.wakeup = BinarySemaphore()
        """Set when there is something to perform."""
        self._memory = memory
        self._interrupts = interrupts
        self._folder = folder
        self._lock = threading.Lock()
        self._waiting: deque[tuple[int, FileRequest]] = deque()
        self._start = 0
        """How often the Mac was reset: an answer to a request from before is dropped."""
        self._asked: FileRequest | None = None
        self._answer: FileAnswer | None = None

    def reset(self) -> None:
        """Forget what the guest has asked; a document that it has begun to save is saved all the same."""
        with self._lock:
            self._start += 1
            self._asked = self._answer = None

    def save(self) -> DiskState:
        """Return the last request and its answer."""
        with self._lock:
            asked, answer = self._asked, self._answer
        if asked is not None and asked.operation is FileOperation.WRITE:
            asked = dataclasses.replace(asked, data=b"")
        return DiskState(asked, answer)

    def restore(self, state: DiskState) -> None:
        """Continue with what `save` returned.

        A request that was in progress is done if it only reads. One that changes the folder is answered with
        an error: the folder may have changed since the state was saved, and no document must become older.
        """
        with self._lock:
            self._start += 1
            self._asked, self._answer = state.asked, state.answer
            if state.asked is None or state.answer is not None:
                return
            repeated = state.asked.operation in _READING and len(self._waiting) < MAX_WAITING
            if repeated:
                self._waiting.append((self._start, state.asked))
            else:
                self._answer = FileAnswer(FileResult.IO_ERROR)
        if repeated:
            self.wakeup.set()
        else:
            self._interrupts.post(Interrupt.FILE)

    def submit(self, address: int) -> None:
        """Take the request in the block at `address`; replaces the answer to the one before.

        Raises MacMemoryError or ValueError for a bad request, and while one is in progress.
        """
        request = read_request(self._memory, address)
        with self._lock:
            if self._asked is not None and self._answer is None:
                raise ValueError("a request to the disk is in progress")
            if len(self._waiting) >= MAX_WAITING:
                raise ValueError("the disk has not done what was asked before the reset")
            self._asked, self._answer = request, None
            self._waiting.append((self._start, request))
        self.wakeup.set()

    def result(self) -> tuple[int, int, int, int]:
        """Return result, count, total and more of the last request, and fill its buffer."""
        with self._lock:
            asked, answer = self._asked, self._answer
            if asked is None:
                return FileResult.BAD_PARAMETER & _MOST, 0, 0, 0
            if answer is None:
                return FileResult.IN_PROGRESS, 0, 0, 0
        data = answer.data[: asked.length]
        self._memory.write_bytes(asked.buffer, data)
        count = len(data) if answer.count is None else answer.count
        return answer.result & _MOST, count, min(answer.total, _MOST), answer.extra

    @property
    def has_work(self) -> bool:
        """Whether a request waits to be performed."""
        return bool(self._waiting)

    def perform(self) -> None:
        """Do what waits, and interrupt the guest for each answer."""
        while self._waiting:
            start, request = self._waiting[0]
            answer = _answer(self._folder, request)
            with self._lock:
                self._waiting.popleft()
                if start != self._start:
                    continue
                self._answer = answer
            self._interrupts.post(Interrupt.FILE)


def _answer(folder: DocumentsFolder | None, request: FileRequest) -> FileAnswer:
    if folder is None:
        return FileAnswer(FileResult.NO_DISK)
    try:
        return _OPERATIONS[request.operation](folder, request)
    except PictureDocumentError:
        return FileAnswer(FileResult.NO_PICTURE)
    except DocumentNameError:
        return FileAnswer(FileResult.BAD_NAME)
    except DiskError as error:
        return FileAnswer(result_of(error.number))


def _list(folder: DocumentsFolder, request: FileRequest) -> FileAnswer:
    documents = folder.documents()
    shown = documents[request.offset : request.offset + request.length // ENTRY_BYTES]
    return FileAnswer(FileResult.DONE, b"".join(map(_entry, shown)), len(documents), count=len(shown))


def _entry(document: Document) -> bytes:
    name = bytes((len(document.name),)) + document.name
    size, modified = min(document.size, _MOST), mac_seconds(document.modified)
    return _ENTRY.pack(name, document.kind, document.creator, size, modified, _LOCKED * document.locked)


def _read(folder: DocumentsFolder, request: FileRequest) -> FileAnswer:
    data, extra = folder.read(request.name), 0
    if FileFlags.TEXT in request.flags:
        text = text_for_mac(data)
        data, extra = text.data, 0 if text.exact else INEXACT
    elif FileFlags.PICTURE in request.flags:
        picture = picture_for_mac(data, Sheet.from_bytes(request.data))
        data, extra = picture.data, 0 if picture.exact else INEXACT
    return FileAnswer(
        FileResult.DONE, data[request.offset : request.offset + request.length], len(data), extra
    )


def _write(folder: DocumentsFolder, request: FileRequest) -> FileAnswer:
    data = request.data
    if FileFlags.TEXT in request.flags:
        data = text_for_host(data)
    elif FileFlags.PICTURE in request.flags:
        data = picture_for_host(data)
    replace = FileFlags.REPLACE in request.flags
    folder.write(request.name, data, request.kind, request.creator, replace=replace)
    return FileAnswer(FileResult.DONE)


def _rename(folder: DocumentsFolder, request: FileRequest) -> FileAnswer:
    folder.rename(request.name, request.new_name)
    return FileAnswer(FileResult.DONE)


def _trash(folder: DocumentsFolder, request: FileRequest) -> FileAnswer:
    folder.trash(request.name)
    return FileAnswer(FileResult.DONE)


def _empty_trash(folder: DocumentsFolder, request: FileRequest) -> FileAnswer:
    folder.empty_trash()
    return FileAnswer(FileResult.DONE)


def _space(folder: DocumentsFolder, request: FileRequest) -> FileAnswer:
    """Answer with the free kilobytes as the count, all kilobytes, and the documents in the Trash."""
    space = folder.space()
    return FileAnswer(
        FileResult.DONE, total=space.total >> 10, extra=space.trashed, count=min(space.free >> 10, _MOST)
    )


_OPERATIONS: Final = {
    FileOperation.LIST: _list,
    FileOperation.READ: _read,
    FileOperation.WRITE: _write,
    FileOperation.RENAME: _rename,
    FileOperation.TRASH: _trash,
    FileOperation.EMPTY_TRASH: _empty_trash,
    FileOperation.SPACE: _space,
}
