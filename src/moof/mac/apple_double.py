"""AppleDouble files: a document's type and creator, in a file `._name` beside it. Pure.

They stand there rather than in extended attributes because they then survive archives, copies and network
disks, and because macOS, Netatalk and Samba read them. Source: RFC 1740, appendix B.
"""

import struct
from typing import Final

MAX_APPLE_DOUBLE: Final = 1 << 20
"""Bytes that are read of such a file."""
_MAGIC: Final = 0x00051607
_VERSION: Final = 0x00020000
_HEADER: Final = struct.Struct(">II16xH")
_ENTRY: Final = struct.Struct(">III")
_MAX_ENTRIES: Final = 32
_FINDER_INFO: Final = 9
_FINDER_INFO_BYTES: Final = 32


def apple_double_name(name: str) -> str:
    """Return the name of the file beside the document of this name."""
    return f"._{name}"


def read_type_and_creator(data: bytes) -> tuple[bytes, bytes] | None:
    """Return type and creator, 4 bytes each; None if the file has none or is not AppleDouble."""
    place = _finder_info(data)
    if place is None:
        return None
    return data[place : place + 4], data[place + 4 : place + 8]


def with_type_and_creator(data: bytes, kind: bytes, creator: bytes) -> bytes:
    """Return the file with this type and creator; what else it has (a resource fork, say) stays."""
    place = _finder_info(data)
    if place is not None:
        return data[:place] + kind + creator + data[place + 8 :]
    start = _HEADER.size + _ENTRY.size
    entry = _ENTRY.pack(_FINDER_INFO, start, _FINDER_INFO_BYTES)
    return _HEADER.pack(_MAGIC, _VERSION, 1) + entry + (kind + creator).ljust(_FINDER_INFO_BYTES, b"\0")


def _finder_info(data: bytes) -> int | None:
    """Return the offset of the Finder information."""
    if len(data) < _HEADER.size:
        return None
    magic, _, entries = _HEADER.unpack_from(data)
    if magic != _MAGIC or entries > _MAX_ENTRIES or len(data) < _HEADER.size + entries * _ENTRY.size:
        return None
    for number in range(entries):
        identity, offset, length = _ENTRY.unpack_from(data, _HEADER.size + number * _ENTRY.size)
        if identity == _FINDER_INFO and length >= 8 and offset + 8 <= len(data):
            return int(offset)
    return None
