"""Makes empty disks: images with an empty HFS volume, which a Mac mounts without asking to initialise it.

The volume is laid out by machfs. Only its first and last blocks are written; what is between them takes no
room until a Mac writes there.
"""

import os
from typing import BinaryIO, Final

from moof.mac_files.mac_time import mac_seconds

DEFAULT_VOLUME: Final = "Macintosh HD"
MIN_DISK_MB: Final = 1
MAX_DISK_MB: Final = 2000
"""Mac OS before 7.5 takes disks of 2 GB at most."""
MAX_VOLUME_NAME: Final = 27


class VolumeNameError(ValueError):
    """No volume of a Mac has this name; the text is a sentence."""


def check_volume_name(name: str) -> str:
    """Return a name that a Mac's volume can have. Raises VolumeNameError."""
    try:
        length = len(name.encode("mac_roman"))
    except UnicodeEncodeError as error:
        raise VolumeNameError("A Mac’s disk has a name of characters that a Mac has.") from error
    if not 1 <= length <= MAX_VOLUME_NAME or ":" in name or not name.isprintable():
        raise VolumeNameError("A Mac’s disk has a name of 1 to 27 characters, without a colon.")
    return name


def write_blank_disk(file: BinaryIO, size: int, volume: str, now: float) -> None:
    """Write an empty volume of `size` bytes into a new file. `now` in seconds since 1970.

    Raises:
        VolumeNameError: The volume cannot have this name.
        OSError: The disk is full, for example.
    """
    from machfs import Volume  # few need it

    laid_out = Volume()
    laid_out.name = check_volume_name(volume)
    laid_out.crdate = laid_out.mddate = mac_seconds(int(now))
    head, gap, end = laid_out.write(size, desktopdb=False, bootable=False, sparse=True)
    file.write(head)
    file.seek(gap, os.SEEK_CUR)
    file.write(end)
