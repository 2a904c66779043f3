"""Which disk images are not kept, those of QEMU that name other files, and which ones are not deleted."""

from pathlib import Path
from typing import Final

from moof.server.storage.folder_errors import ContentError, DiskInUseError
from moof.server.storage.upload_target import FileCheck
from moof.setup.disk_identity import FOREIGN_QCOW2, identify_disk
from moof.setup.mac_paths import is_disk_of_a_mac

_IN_USE: Final = "A Mac has this disk, with all that is on it: remove that Mac first."


class DiskCheck(FileCheck):
    """Keeps images whose data is in them, and the disks of the Macs that were set up.

    A disk in QEMU's format may name any file of this computer as the place of its data, which the Mac would
    read. Such a file could replace one that is attached already, so that it is refused when it comes.
    """

    def __init__(self, macs: Path) -> None:
        """`macs` is the folder of the Macs."""
        self._macs = macs

    def check(self, path: Path) -> None:
        """Raise ContentError for an image that names other files, or may do so."""
        if identify_disk(path).sentence == FOREIGN_QCOW2:
            raise ContentError(FOREIGN_QCOW2)

    def check_deletion(self, path: Path) -> None:
        """Raise DiskInUseError for a disk that a Mac has."""
        if is_disk_of_a_mac(path, self._macs):
            raise DiskInUseError(_IN_USE)
