"""Uploads and downloads of states: files of their shelf, streamed, checked before they are kept."""

import asyncio
from collections.abc import AsyncIterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from moof.sentence import said_by
from moof.server.storage.folder import Folder
from moof.server.storage.folder_errors import (
    ContentError,
    FolderError,
    NameTakenError,
    NoSuchFileError,
    StorageFullError,
)
from moof.server.storage.upload_target import FileCheck, UploadRequest, UploadTarget
from moof.states import StateError
from moof.states.errors import NoSuchStateError, StateNameTakenError
from moof.states.state_check import check_state_file
from moof.states.state_file import MAX_FILE
from moof.states.state_shelf import (
    MAX_SHELF_BYTES,
    NOT_SAVED,
    SHELF_FULL,
    SUFFIX,
    about_folder,
    checked_state_name,
)

_FOLDER_MODE: Final = 0o700


class StateContent(FileCheck):
    """Keeps whole states of a version that can be loaded."""

    def check(self, path: Path) -> None:
        """Raise ContentError for a file that is no such state (FileCheck)."""
        try:
            check_state_file(path)
        except StateError as error:
            raise ContentError(said_by(error)) from error

    def check_deletion(self, path: Path) -> None:
        """Refuse nothing."""


class StateTransfers(UploadTarget):
    """Reads and writes the files of a shelf, by the names of states. All methods raise FolderError."""

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self._folder = Folder(folder, MAX_FILE, MAX_SHELF_BYTES, check=StateContent())

    def check_request(self, request: UploadRequest) -> None:
        """Raise FolderError if such a state cannot be taken; create the folder for it, with mode 0700."""
        try:
            self._folder.check_request(_as_file(request))
            if request.length > self.room():
                raise StorageFullError(SHELF_FULL)
            self.path.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
        except NameTakenError as error:
            raise NameTakenError(said_by(StateNameTakenError())) from error
        except OSError as error:
            raise StorageFullError(about_folder(NOT_SAVED, self.path, error)) from error

    def room(self) -> int:
        """Return how many more bytes may be kept."""
        return self._folder.room()

    def take(self, file: Path, request: UploadRequest) -> None:
        """Check a complete file and give it its name. Raises FolderError or OSError."""
        try:
            self._folder.take(file, _as_file(request))
        except NameTakenError as error:
            raise NameTakenError(said_by(StateNameTakenError())) from error

    async def store(self, name: str, chunks: AsyncIterable[bytes]) -> None:
        """Store a new state while its bytes arrive; the shelf has it once it is complete and checked."""
        await asyncio.to_thread(self.check_request, UploadRequest(name, 0))
        try:
            await self._folder.store(_file_name(name), chunks)
        except NameTakenError as error:
            raise NameTakenError(said_by(StateNameTakenError())) from error

    def file(self, name: str) -> Path:
        """Return the path of a state. May block as a disk does."""
        try:
            return self._folder.file(_file_name(name))
        except NoSuchFileError as error:
            raise NoSuchFileError(said_by(NoSuchStateError())) from error

    def remove_leftovers(self) -> list[Path]:
        """Remove what uploads left whose server was killed, and return it. May block likewise."""
        return self._folder.remove_leftovers()


def _as_file(request: UploadRequest) -> UploadRequest:
    return replace(request, name=_file_name(request.name))


def _file_name(state: str) -> str:
    try:
        return checked_state_name(state) + SUFFIX
    except StateError as error:
        raise FolderError(said_by(error)) from error
