"""Where uploads go: what `ResumableUploads` asks of a folder of documents, disk images or states.

A new kind of upload is a class that inherits from UploadTarget, and one entry in the table that
`FileLibrary.uploads` returns; the page then sends files by `connection/resumable-upload.js` with the table's
key as the folder's name.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class UploadRequest:
    """What is uploaded: the file's name, its bytes in all, and whether it replaces a file of this name."""

    name: str
    length: int
    replace: bool = False


class UploadTarget(Protocol):
    """A folder that takes uploads. All methods may block for as long as a disk does."""

    path: Path
    """The folder that keeps an upload's bytes, under a hidden name, until all are there."""

    def check_request(self, request: UploadRequest) -> None:
        """Raise FolderError if such a file cannot be taken: its name, its size, a name that is taken."""

    def room(self) -> int:
        """Return how many more bytes may be kept, beside those that unfinished uploads have now."""

    def take(self, file: Path, request: UploadRequest) -> None:
        """Store a complete and synced file under its name, and remove it under the hidden one.

        After a crash it is called once more for the same upload: what it has done already is no error.
        Raises OSError, after which it is tried again, or FolderError, after which the upload is removed.
        """


class FileCheck(Protocol):
    """Looks at a file before it is kept, and before it is deleted. Both may block."""

    def check(self, path: Path) -> None:
        """Raise ContentError for a file that must not be kept; it has a hidden name as yet."""

    def check_deletion(self, path: Path) -> None:
        """Raise FolderError for a file that must not be deleted."""


class AnyFile(FileCheck):
    """Keeps every file, and lets it be deleted."""

    def check(self, path: Path) -> None:
        """Refuse nothing."""

    def check_deletion(self, path: Path) -> None:
        """Refuse nothing."""
