"""Copies of the Mac's documents, one for each link: what a visitor's disk begins with.

The state of a link has documents open; they are as they were when the link was made. The methods may wait for
a disk.
"""

import logging
import os
import shutil
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Final

from moof.folder_files import copy_files
from moof.server.forks.errors import ForkError

LOG: Final = logging.getLogger(__name__)

MAX_FILES: Final = 4000
"""Twice the documents that a Mac gets to see: each may have an AppleDouble file."""
_MB: Final = 1 << 20


class CopiedDocuments(StrEnum):
    """What the disk of a link's Macs begins with."""

    NONE = "none"
    """The first documents of any new disk: the Mac has no disk, or links copy none."""
    COPIED = "copied"
    TOO_LARGE = "too-large"
    """As `NONE`: the documents are more than a link may copy."""


class ForkDocuments:
    """The copies, a folder each below `folder`, of the Mac's documents in `source`, None without a disk."""

    def __init__(self, source: Path | None, folder: Path, max_mb: int) -> None:
        self._source = source
        self._folder = folder
        self._max_bytes = max_mb * _MB

    def copy(self, link: str) -> CopiedDocuments:
        """Copy the present documents for a link. Raises ForkError; then there is no copy."""
        source = self._source
        if source is None or not self._max_bytes or not source.is_dir():
            return CopiedDocuments.NONE
        target = self._folder / link
        try:
            if not _fits(source, self._max_bytes):
                return CopiedDocuments.TOO_LARGE
            copy_files(source, target)
        except OSError as error:
            shutil.rmtree(target, ignore_errors=True)
            LOG.warning("The documents are not copied for a link: %s", error)
            raise ForkError("The documents on the disk cannot be copied at this moment.") from error
        return CopiedDocuments.COPIED

    def give(self, link: str, target: Path) -> None:
        """Copy a link's documents to the folder of a visitor's disk, if there are any. Raises OSError."""
        source = self._folder / link
        if source.is_dir():
            copy_files(source, target)

    def keep(self, links: Collection[str]) -> None:
        """Remove the copies of all other links."""
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            if folder.name not in links:
                shutil.rmtree(folder, ignore_errors=True)


def _fits(folder: Path, max_bytes: int) -> bool:
    with os.scandir(folder) as entries:
        sizes = [each.stat().st_size for each in entries if each.is_file(follow_symlinks=False)]
    return len(sizes) <= MAX_FILES and sum(sizes) <= max_bytes
