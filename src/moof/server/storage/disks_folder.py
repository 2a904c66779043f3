"""The folder of disk images, which Macs have in their settings."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from moof.server.storage.disk_check import OwnDataAlone
from moof.server.storage.folder import Folder
from moof.server.storage.folder_errors import DiskInUseError
from moof.setup.mac_paths import is_disk_of_a_mac

_IN_USE: Final = "A Mac has this disk, with all that is on it: remove that Mac first."


class DisksFolder(Folder):
    """Keeps the disks of the Macs that were set up from being deleted."""

    def __init__(
        self,
        path: Path,
        max_bytes: int,
        max_total: int | None = None,
        reserved: Collection[Path] = (),
        *,
        macs: Path,
    ) -> None:
        """`macs` is the folder of the Macs."""
        super().__init__(path, max_bytes, max_total, reserved, OwnDataAlone())
        self._macs = macs

    def delete(self, name: str) -> None:
        """Delete a listed file. Raises FolderError, DiskInUseError if a Mac has it."""
        if is_disk_of_a_mac(self.file(name), self._macs):
            raise DiskInUseError(_IN_USE)
        super().delete(name)
