"""AppleDouble files: a document's type, creator and resource fork, in a file `._name` beside it. Pure.

They stand there rather than in extended attributes because they then survive archives, copies and network
disks, and because macOS, Netatalk and Samba read them. Source: RFC 1740, appendix B.
"""

import struct
from typing import Final

from moof.mac_files.mac_file import MAX_RESOURCE_FORK, MacFileInfo

APPLE_DOUBLE_HEAD: Final = 4096
"""Bytes that have type and creator in the files of all known programs."""
MAX_APPLE_DOUBLE: Final = MAX_RESOURCE_FORK + (1 << 20)
"""Bytes of such a file; a larger one is not read."""
_MAGIC: Final = 0x00051607
_VERSION: Final = 0x00020000
_HEADER: Final = struct.Struct(">II16xH")
_ENTRY: Final = struct.Struct(">III")
_MAX_ENTRIES: Final = 32
_RESOURCE_FORK: Final = 2
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


def apple_double_file(info: MacFileInfo, resource: bytes) -> bytes:
    """Return a file with the type, creator and Finder flags of `info`, and a resource fork."""
    start = _HEADER.size + 2 * _ENTRY.size
    finder = (info.kind + info.creator + struct.pack(">H", info.flags)).ljust(_FINDER_INFO_BYTES, b"\0")
    entries = _ENTRY.pack(_FINDER_INFO, start, _FINDER_INFO_BYTES)
    entries += _ENTRY.pack(_RESOURCE_FORK, start + _FINDER_INFO_BYTES, len(resource))
    return _HEADER.pack(_MAGIC, _VERSION, 2) + entries + finder + resource


def is_apple_double(data: bytes) -> bool:
    """Return whether these are an AppleDouble file's bytes, of which the end may be missing."""
    return len(data) >= _HEADER.size and _HEADER.unpack_from(data)[0] == _MAGIC


def read_finder_flags(data: bytes) -> int:
    """Return the Finder flags; 0 if the file has none or is not AppleDouble."""
    place = _finder_info(data)
    if place is None or place + 10 > len(data):
        return 0
    return int.from_bytes(data[place + 8 : place + 10], "big")


def read_resource_fork(data: bytes) -> bytes:
    """Return the resource fork; empty if the file has none or is not AppleDouble."""
    offset, length = _entry(data, _RESOURCE_FORK) or (0, 0)
    return data[offset : offset + length]


def _finder_info(data: bytes) -> int | None:
    """Return the offset of the Finder information."""
    offset, length = _entry(data, _FINDER_INFO) or (0, 0)
    return offset if length >= 8 and offset + 8 <= len(data) else None


def _entry(data: bytes, wanted: int) -> tuple[int, int] | None:
    """Return offset and length of an entry, None if there is none or the file is not AppleDouble."""
    if len(data) < _HEADER.size:
        return None
    magic, _, entries = _HEADER.unpack_from(data)
    if magic != _MAGIC or entries > _MAX_ENTRIES or len(data) < _HEADER.size + entries * _ENTRY.size:
        return None
    for number in range(entries):
        identity, offset, length = _ENTRY.unpack_from(data, _HEADER.size + number * _ENTRY.size)
        if identity == wanted:
            return int(offset), int(length)
    return None
