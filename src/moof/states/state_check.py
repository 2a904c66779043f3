"""Checks the file of a state that came from elsewhere, in pieces: a file is never in memory as a whole."""

import hashlib
import os
import struct
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import IO, Final, cast

from moof.states.contents_layout import LENGTHS, part_lengths
from moof.states.errors import StateError
from moof.states.state_file import (
    DAMAGED,
    DIGEST_BYTES,
    MAX_HEAD,
    MAX_WINDOW,
    StateKind,
    StateLayout,
    StateSummary,
    check_kind,
    read_layout,
    read_summary,
)

MAX_PICTURE_SIDE: Final = 1024
"""Pixels: a small file can have a picture that needs gigabytes when it is shown."""
PIECE_BYTES: Final = 1 << 20
_PNG_HEAD: Final = struct.Struct(">8sI4sII")
"""Signature, and the first chunk's length, type, width and height (PNG, third edition, 5.2 and 11.2.1)."""


class _FilePart:
    """The next `left` bytes of a file, as a file that ends there."""

    def __init__(self, file: BufferedReader, left: int) -> None:
        self._file = file
        self._left = left

    def read(self, size: int) -> bytes:
        piece = self._file.read(min(size, self._left))
        self._left -= len(piece)
        return piece


def check_state_file(path: Path) -> StateSummary:
    """Return the summary of a file that can be kept. Raises StateError, OSError.

    Checked are version, sizes, digest, description and picture, and that the contents have the length that
    the header says: no more than that is ever decompressed, and nothing of it kept.
    """
    with path.open("rb") as file:
        head = file.read(MAX_HEAD)
        summary, layout = read_summary(head), read_layout(head)
        check_kind(layout, StateKind.MAC)
        _check_picture(summary.picture)
        check_digest(file, layout)
        ram = part_lengths(_contents_head(file, layout), layout.contents)[2]
    if ram != summary.metadata.ram_mb << 20:
        raise StateError("The state's contents have impossible sizes.")
    return summary


def _check_picture(picture: bytes) -> None:
    if len(picture) >= _PNG_HEAD.size:
        signature, _, chunk, width, height = _PNG_HEAD.unpack_from(picture)
        sides = 0 < width <= MAX_PICTURE_SIDE and 0 < height <= MAX_PICTURE_SIDE
        if signature == b"\x89PNG\r\n\x1a\n" and chunk == b"IHDR" and sides:
            return
    raise StateError("The state's picture is none.")


def check_digest(file: BufferedReader, layout: StateLayout) -> None:
    """Raise StateError unless a file has the size that its header says, and the digest of what it holds."""
    if os.fstat(file.fileno()).st_size != layout.file_bytes:
        raise StateError(DAMAGED)
    file.seek(0)
    digest, left = hashlib.sha256(), layout.file_bytes - DIGEST_BYTES
    while left and (piece := file.read(min(left, PIECE_BYTES))):
        digest.update(piece)
        left -= len(piece)
    if file.read(DIGEST_BYTES) != digest.digest():
        raise StateError(DAMAGED)


def _contents_head(file: BufferedReader, layout: StateLayout) -> bytes:
    """Return the first bytes of the contents, whose length is right."""
    head = b""
    for piece in decompressed_pieces(file, layout):
        head += piece[: LENGTHS.size - len(head)]
    return head


def decompressed_pieces(file: BufferedReader, layout: StateLayout) -> Iterator[bytes]:
    """Yield the contents. Raises StateError if they have another length than the header says."""
    import zstandard

    file.seek(layout.head_bytes)
    frame = cast("IO[bytes]", _FilePart(file, layout.compressed))
    length = 0
    decompressor = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
    try:
        with decompressor.stream_reader(frame, closefd=False) as reader:
            while length <= layout.contents and (piece := reader.read(PIECE_BYTES)):
                length += len(piece)
                yield piece
    except (zstandard.ZstdError, MemoryError) as error:
        raise StateError(DAMAGED) from error
    if length != layout.contents:
        raise StateError(DAMAGED)
