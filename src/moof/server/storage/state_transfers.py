"""Uploads and downloads of states: files of their shelf, streamed, checked before they are kept."""

import asyncio
from collections.abc import AsyncIterable
from pathlib import Path
from typing import Final

from moof.server.storage.folder import ContentCheck, ContentError, Folder
from moof.states import StateError
from moof.states.state_check import check_state_file
from moof.states.state_file import MAX_FILE
from moof.states.state_shelf import MAX_SHELF_BYTES, SUFFIX, checked_state_name

_FOLDER_MODE: Final = 0o700


class StateContent(ContentCheck):
    """Keeps whole states of a version that can be loaded."""

    def check(self, path: Path) -> None:
        """Raise ContentError for a file that is no such state (ContentCheck)."""
        try:
            check_state_file(path)
        except StateError as error:
            raise ContentError(str(error)) from error


class StateTransfers:
    """Reads and writes the files of a shelf."""

    def __init__(self, folder: Path) -> None:
        self._folder = Folder(folder, MAX_FILE, MAX_SHELF_BYTES, content=StateContent())

    async def store(self, name: str, chunks: AsyncIterable[bytes]) -> None:
        """Store a new state while its bytes arrive; the shelf has it once it is complete and checked.

        Raises StateError for a name that no state has, FolderError otherwise; nothing was stored then.
        """
        file = checked_state_name(name) + SUFFIX
        await asyncio.to_thread(self._make_folder)
        await self._folder.store(file, chunks)

    def file(self, name: str) -> Path:
        """Return the path of a state. Raises StateError or FolderError. May block as a disk does."""
        return self._folder.file(checked_state_name(name) + SUFFIX)

    def remove_leftovers(self) -> list[Path]:
        """Remove what uploads left whose server was killed, and return it. May block likewise."""
        return self._folder.remove_leftovers()

    def _make_folder(self) -> None:
        """Create the folder, which only its user can read; why it cannot be is what `store` finds out."""
        try:
            self._folder.path.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
        except OSError:
            return
