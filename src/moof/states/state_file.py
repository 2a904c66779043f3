"""The file of a state. Sans-IO: bytes in, bytes out, nothing is trusted.

Little endian::

     0  8 bytes  "MoofStat"                  20  u32  CRC-32 of description and picture
     8  u16      version of the format: 1    24  u64  length of the compressed contents
    10  u16      kind (StateKind)            32  u64  length of the contents
    12  u32      length of the description
    16  u32      length of the picture

then the description (JSON), the picture (PNG), the contents (one Zstandard frame), the SHA-256 of all before.
"""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final
from zlib import crc32

from moof.states.errors import StateError
from moof.states.metadata import MAX_METADATA, StateMetadata

MAGIC: Final = b"MoofStat"
VERSION: Final = 1
HEADER: Final = struct.Struct("<8sHHIIIQQ")
DIGEST_BYTES: Final = 32
MAX_PICTURE: Final = 512 << 10
MAX_CONTENTS: Final = 96 << 20
"""Bytes of the contents: the largest RAM, ROM and framebuffer, and the devices."""
MAX_PROGRAM_CONTENTS: Final = 4 << 30
"""Of a program behind the bridge: its memory, and what its own format adds."""
MAX_FILE: Final = HEADER.size + MAX_METADATA + MAX_PICTURE + MAX_CONTENTS + (1 << 20) + DIGEST_BYTES
MAX_HEAD: Final = HEADER.size + MAX_METADATA + MAX_PICTURE
"""Bytes at the beginning of a file in which header, description and picture are."""
LEVEL: Final = 1  # 8 MB of a Mac's RAM in a few milliseconds; higher levels save a tenth
MAX_WINDOW: Final = 8 << 20
"""Bytes that decompressing needs at most beside its output."""
DAMAGED: Final = "The file is damaged: a part of it is missing or was changed."
TOO_LARGE: Final = "The state is larger than a state may be."
_NEWER: Final = "The state was saved by a newer Moof: update this one to load it."

Buffer = bytes | memoryview


class StateKind(IntEnum):
    """Whose state it is, which decides what the contents are."""

    MAC = 0
    """The built-in Mac's: contents_layout.py."""
    PROGRAM = 1
    """That of a program behind the bridge: what it has saved itself."""


@dataclass(frozen=True, slots=True)
class StateSummary:
    """The description and the picture, a PNG file."""

    metadata: StateMetadata
    picture: bytes


@dataclass(frozen=True, slots=True)
class StateFile:
    """A whole state: what is known about it, and its contents."""

    summary: StateSummary
    contents: bytes


@dataclass(frozen=True, slots=True)
class StateLayout:
    """Bytes of each part, the CRC-32 of the first two, and the bytes that the contents have in the end."""

    metadata: int
    picture: int
    crc: int
    compressed: int
    contents: int
    kind: StateKind

    @property
    def head_bytes(self) -> int:
        """Bytes before the compressed contents."""
        return HEADER.size + self.metadata + self.picture

    @property
    def file_bytes(self) -> int:
        """Bytes of the whole file."""
        return self.head_bytes + self.compressed + DIGEST_BYTES


def pack_state(summary: StateSummary, parts: Sequence[Buffer]) -> bytes:
    """Return the file of a state whose contents are `parts` one after the other. Raises StateError."""
    length = sum(len(part) for part in parts)
    import zstandard  # loaded when it is needed: a Mac that begins anew starts without it

    if length > MAX_CONTENTS:
        raise StateError(TOO_LARGE)
    compressor = zstandard.ZstdCompressor(level=LEVEL).compressobj(size=length)
    compressed = [compressor.compress(part) for part in parts]
    compressed.append(compressor.flush())
    head = pack_head(summary, StateKind.MAC, sum(map(len, compressed)), length)
    whole = b"".join((head, *compressed))
    return whole + hashlib.sha256(whole).digest()


def pack_head(summary: StateSummary, kind: StateKind, compressed: int, contents: int) -> bytes:
    """Return what precedes the compressed contents. Raises StateError."""
    metadata, picture = summary.metadata.to_json(), summary.picture
    if len(picture) > MAX_PICTURE:
        raise StateError(TOO_LARGE)
    crc = crc32(picture, crc32(metadata))
    header = HEADER.pack(MAGIC, VERSION, kind, len(metadata), len(picture), crc, compressed, contents)
    return header + metadata + picture


def read_summary(head: bytes) -> StateSummary:
    """Return description and picture from the first MAX_HEAD bytes of a file, or more. Raises StateError."""
    header = read_layout(head)
    if len(head) < header.head_bytes:
        raise StateError(DAMAGED)
    picture_at = HEADER.size + header.metadata
    metadata, picture = head[HEADER.size : picture_at], head[picture_at : header.head_bytes]
    if crc32(picture, crc32(metadata)) != header.crc:
        raise StateError(DAMAGED)
    return StateSummary(StateMetadata.from_json(metadata), picture)


def unpack_state(data: bytes) -> StateFile:
    """Return the state in a file. Raises StateError if a single byte is not as it was written."""
    header = read_layout(data)
    check_kind(header, StateKind.MAC)
    if len(data) != header.file_bytes:
        raise StateError(DAMAGED)
    body, digest = memoryview(data)[:-DIGEST_BYTES], data[-DIGEST_BYTES:]
    if hashlib.sha256(body).digest() != digest:
        raise StateError(DAMAGED)
    return StateFile(read_summary(data), _decompress(body[header.head_bytes :], header.contents))


def read_layout(data: bytes) -> StateLayout:
    """Return what the header says, in the limits of a state. Raises StateError."""
    if data[: len(MAGIC)] != MAGIC:
        raise StateError("The file is no state of a Mac.")
    if len(data) < HEADER.size:
        raise StateError(DAMAGED)
    _, version, kind, metadata, picture, crc, compressed, contents = HEADER.unpack_from(data)
    if version > VERSION:
        raise StateError(_NEWER)
    if version < VERSION:
        raise StateError("The state was saved by an older Moof, whose states this one cannot load.")
    if kind not in list(StateKind):
        raise StateError(_NEWER)
    header = StateLayout(metadata, picture, crc, compressed, contents, StateKind(kind))
    most = MAX_CONTENTS if header.kind is StateKind.MAC else MAX_PROGRAM_CONTENTS
    sizes = metadata <= MAX_METADATA and picture <= MAX_PICTURE and contents <= most
    if not sizes or header.file_bytes > MAX_FILE - MAX_CONTENTS + most:
        raise StateError("The file is damaged: its header has impossible sizes.")
    return header


def check_kind(layout: StateLayout, kind: StateKind) -> None:
    """Raise StateError for a state of another kind."""
    if layout.kind is not kind:
        raise StateError("The state is of another emulator.")


def _decompress(frame: memoryview, length: int) -> bytes:
    """Return `length` bytes; never more are decompressed than that and one."""
    import zstandard

    try:
        decompressor = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
        with decompressor.stream_reader(frame) as reader:
            contents = bytes(reader.read(length + 1))
    except (zstandard.ZstdError, MemoryError) as error:
        raise StateError(DAMAGED) from error
    if len(contents) != length:
        raise StateError(DAMAGED)
    return contents
