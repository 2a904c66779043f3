"""What the guest asks of its disk: the parameter block of FILE_REQUEST, read and checked.

Offsets in the block, big endian::

    0  u16      operation                8  u32      length of the buffer, or of the data
    2  u16      flags                   12  u32      offset: of the first byte, or entry
    4  u32      address of the buffer   16  4 chars  type, 20 creator
   24  Str31    name                    56  Str31    new name

The numbers of errors are those of "Inside Macintosh" (Files; result codes).
"""

import errno
import struct
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Final

from moof.mac.memory import GuestMemory
from moof.mac_files.document_names import MAX_NAME

BLOCK_BYTES: Final = 88
MAX_SHEET_HEADER: Final = 2048
MAX_BUFFER: Final = 4 << 20
"""Bytes of a buffer, so that copying it delays no tick."""
_BLOCK: Final = struct.Struct(">HHIII4s4s32s32s")


class FileOperation(IntEnum):
    """The operations."""

    LIST = 1
    READ = 2
    WRITE = 3
    RENAME = 4
    TRASH = 5
    EMPTY_TRASH = 6
    SPACE = 7


class FileFlags(IntFlag):
    """How it is done."""

    REPLACE = 1
    """WRITE: an existing document is replaced."""
    TEXT = 2
    """READ, WRITE: the Mac has Mac Roman with carriage returns, the host UTF-8 with line feeds."""
    PICTURE = 4
    """READ, WRITE: the Mac has indexed pixels (`pictures`), the host PNG. READ: the buffer has the sheet."""


class FileResult(IntEnum):
    """What FILE_RESULT says; errors are negative."""

    DONE = 0
    IN_PROGRESS = 1
    DISK_FULL = -34
    NO_DISK = -35
    IO_ERROR = -36
    BAD_NAME = -37
    NO_FILE = -43
    WRITE_PROTECTED = -44
    LOCKED = -45
    NAME_TAKEN = -48
    BAD_PARAMETER = -50
    NO_PERMISSION = -54
    NO_PICTURE = -8960
    TOO_LARGE = -108


_BY_ERRNO: Final = {
    errno.ENOSPC: FileResult.DISK_FULL,
    errno.EDQUOT: FileResult.DISK_FULL,
    errno.ENODEV: FileResult.NO_DISK,
    errno.ENOENT: FileResult.NO_FILE,
    errno.ELOOP: FileResult.NO_FILE,
    errno.EROFS: FileResult.WRITE_PROTECTED,
    errno.EACCES: FileResult.LOCKED,
    errno.EPERM: FileResult.NO_PERMISSION,
    errno.EEXIST: FileResult.NAME_TAKEN,
    errno.EFBIG: FileResult.TOO_LARGE,
    errno.ENAMETOOLONG: FileResult.BAD_NAME,
}


def result_of(number: int) -> FileResult:
    """Return the result that an errno stands for."""
    return _BY_ERRNO.get(number, FileResult.IO_ERROR)


@dataclass(frozen=True, slots=True)
class FileRequest:
    """A request; `data` is a copy of what WRITE stores, so that the guest may change its buffer at once.

    To READ a picture, it is the buffer's beginning, which says what sheet the picture goes to.
    """

    operation: FileOperation
    flags: FileFlags
    buffer: int
    length: int
    offset: int
    kind: bytes
    creator: bytes
    name: bytes
    new_name: bytes
    data: bytes = b""


def read_request(memory: GuestMemory, address: int) -> FileRequest:
    """Return the request in the block at `address`.

    Raises MacMemoryError for addresses that the Mac does not have, ValueError for other bad values.
    """
    block = _BLOCK.unpack(memory.read_bytes(address, BLOCK_BYTES))
    number, flags, buffer, length, offset, kind, creator, name, new_name = block
    if length > MAX_BUFFER:
        raise ValueError(f"a buffer of {length} bytes, more than {MAX_BUFFER}")
    operation = FileOperation(number)
    memory.view(buffer, length)  # raises now, and not when there is an answer
    return FileRequest(
        operation,
        FileFlags(flags & 0xFF),
        buffer,
        length,
        offset,
        kind,
        creator,
        _pascal_string(name),
        _pascal_string(new_name),
        memory.read_bytes(buffer, _data_bytes(operation, flags, length)),
    )


def _data_bytes(operation: FileOperation, flags: int, length: int) -> int:
    if operation is FileOperation.READ and flags & FileFlags.PICTURE:
        return min(length, MAX_SHEET_HEADER)
    return length if operation is FileOperation.WRITE else 0


def _pascal_string(field: bytes) -> bytes:
    if field[0] > MAX_NAME:
        raise ValueError(f"a name of {field[0]} characters, more than {MAX_NAME}")
    return field[1 : 1 + field[0]]
