"""Which disk images are not kept: those of QEMU that name other files."""

from pathlib import Path

from moof.server.storage.folder_errors import ContentError
from moof.server.storage.upload_target import ContentCheck
from moof.setup.disk_identity import FOREIGN_QCOW2, identify_disk


class OwnDataAlone(ContentCheck):
    """Keeps images whose data is in them.

    A disk in QEMU's format may name any file of this computer as the place of its data, which the Mac would
    read. Such a file could replace one that is attached already, so that it is refused when it comes.
    """

    def check(self, path: Path) -> None:
        """Raise ContentError for an image that names other files, or may do so."""
        if identify_disk(path).sentence == FOREIGN_QCOW2:
            raise ContentError(FOREIGN_QCOW2)
