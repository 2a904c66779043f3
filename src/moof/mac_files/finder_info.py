"""Finder information as a file of its own, as Basilisk II and SheepShaver keep it in `.finf/NAME`. Pure.

It has 32 bytes: FInfo, which begins with type, creator and flags, and FXInfo, 16 each ("Inside Macintosh:
Macintosh Toolbox Essentials", 7-47). Source: extfs_unix.cpp of both emulators.
"""

import struct
from typing import Final

from moof.mac_files.mac_file import MacFileInfo

FINDER_INFO_BYTES: Final = 32
_FINFO: Final = struct.Struct(">4s4sH")


def finder_info(info: MacFileInfo) -> bytes:
    """Return the file for a document's type, creator and Finder flags."""
    return _FINFO.pack(info.kind, info.creator, info.flags).ljust(FINDER_INFO_BYTES, b"\0")


def read_finder_info(data: bytes) -> tuple[bytes, bytes, int] | None:
    """Return type, creator and Finder flags, None if the file is too short for them."""
    if len(data) < _FINFO.size:
        return None
    kind, creator, flags = _FINFO.unpack_from(data)
    return kind, creator, flags
