"""MacBinary I, II and III: a header of 128 bytes, then both forks, each filled up to 128 bytes. Pure.

Source: "MacBinary II" (1987) and "MacBinary III" (1996), the proposals to the Macintosh community.
"""

import struct
from binascii import crc_hqx
from collections.abc import Iterator
from typing import BinaryIO, Final

from moof.mac_files.mac_file import CHUNK_BYTES, ForkReader, MacFileError, MacFileInfo

BLOCK: Final = 128
_MAX_NAME: Final = 63
_CRC_BYTES: Final = 124
_SIGNATURE: Final = b"mBIN"
_MAX_FORK: Final = 0x7FFF_FFFF


def padding(length: int) -> int:
    """Return the bytes that fill a fork up to a whole block."""
    return -length % BLOCK


def open_macbinary(file: BinaryIO, size: int) -> ForkReader | None:
    """Return the reader of a file of `size` bytes, None if it is no MacBinary file. Raises MacFileError."""
    file.seek(0)
    header = file.read(BLOCK)
    if len(header) < BLOCK or header[0] or header[74] or not 1 <= header[1] <= _MAX_NAME:
        return None
    data_length, resource_length = struct.unpack_from(">II", header, 83)
    (second_header,) = struct.unpack_from(">H", header, 120)
    start = BLOCK + second_header + padding(second_header)
    needed = start + data_length + (padding(data_length) + resource_length if resource_length else 0)
    if max(data_length, resource_length) > _MAX_FORK or needed > size or not _is_valid(header, needed, size):
        return None
    name = header[2 : 2 + header[1]]
    flags = header[73] << 8 | header[101]
    info = MacFileInfo(name, header[65:69], header[69:73], flags, data_length, resource_length)
    info.check_length()
    return _MacBinaryReader(file, info, start)


def macbinary_header(info: MacFileInfo, modified: int) -> bytes:
    """Return a MacBinary III header; `modified` in seconds since 1904."""
    name = info.name[:_MAX_NAME]
    header = bytearray(BLOCK)
    header[1 : 2 + len(name)] = bytes([len(name)]) + name
    header[65:73] = info.kind + info.creator
    header[73] = info.flags >> 8 & 0xFF
    struct.pack_into(">IIII", header, 83, info.data_length, info.resource_length, modified, modified)
    header[101] = info.flags & 0xFF
    header[102:106] = _SIGNATURE
    header[122:124] = bytes([130, 129])  # written by MacBinary III, readable by II
    struct.pack_into(">H", header, _CRC_BYTES, crc_hqx(bytes(header[:_CRC_BYTES]), 0))
    return bytes(header)


def _is_valid(header: bytes, needed: int, size: int) -> bool:
    """Return whether the header has its checksum, or is one of MacBinary I that fits the file exactly."""
    if struct.unpack_from(">H", header, _CRC_BYTES)[0] == crc_hqx(header[:_CRC_BYTES], 0) and any(header):
        return True
    return not any(header[99:128]) and header[82] == 0 and needed <= size < needed + 2 * BLOCK


class _MacBinaryReader(ForkReader):
    def __init__(self, file: BinaryIO, info: MacFileInfo, start: int) -> None:
        self.info = info
        self._file = file
        self._start = start

    def data_fork(self) -> Iterator[bytes]:
        self._file.seek(self._start)
        left = self.info.data_length
        while left > 0:
            part = self._file.read(min(left, CHUNK_BYTES))
            if not part:
                raise MacFileError("The file is shorter than its header says.")
            left -= len(part)
            yield part

    def resource_fork(self) -> bytes:
        length = self.info.data_length
        self._file.seek(self._start + length + padding(length))
        resource = self._file.read(self.info.resource_length)
        if len(resource) != self.info.resource_length:
            raise MacFileError("The file is shorter than its header says.")
        return resource
