"""The file of a program's state (state_file.py), written and read in pieces.

Its contents are what a program behind the bridge has saved: more than should be in memory at once.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from typing import IO

from moof.states.errors import StateError
from moof.states.state_check import PIECE_BYTES, check_digest, decompressed_pieces
from moof.states.state_file import (
    DAMAGED,
    DIGEST_BYTES,
    LEVEL,
    MAX_HEAD,
    MAX_PROGRAM_CONTENTS,
    TOO_LARGE,
    StateKind,
    StateSummary,
    check_kind,
    pack_head,
    read_layout,
)


@dataclass(frozen=True, slots=True)
class PackedState:
    """A file that is not written yet: its size in bytes, and its bytes, which can be read once."""

    size: int
    pieces: Iterator[bytes]


def pack_program_state(summary: StateSummary, contents: IO[bytes], scratch: IO[bytes]) -> PackedState:
    """Return the file of a state with these contents, which are compressed into `scratch`, an empty file.

    Raises StateError for contents that are too large or change meanwhile, OSError if a file cannot be read
    or written.
    """
    import zstandard

    length = os.fstat(contents.fileno()).st_size
    if length > MAX_PROGRAM_CONTENTS:
        raise StateError(TOO_LARGE)
    compressor = zstandard.ZstdCompressor(level=LEVEL)
    try:
        found, compressed = compressor.copy_stream(contents, scratch, size=length)
    except zstandard.ZstdError as error:
        raise StateError(DAMAGED) from error
    if found != length:  # the program still writes it
        raise StateError(DAMAGED)
    scratch.flush()
    head = pack_head(summary, StateKind.PROGRAM, compressed, length)
    return PackedState(len(head) + compressed + DIGEST_BYTES, _pieces(head, scratch))


def _pieces(head: bytes, compressed: IO[bytes]) -> Iterator[bytes]:
    digest = hashlib.sha256(head)
    yield head
    compressed.seek(0)
    while piece := compressed.read(PIECE_BYTES):
        digest.update(piece)
        yield piece
    yield digest.digest()


def unpack_program_state(file: BufferedReader, contents: IO[bytes]) -> None:
    """Write the contents of a file to `contents`.

    Raises StateError if a single byte is not as it was written, OSError if a file cannot be read or written.
    """
    layout = read_layout(file.read(MAX_HEAD))
    check_kind(layout, StateKind.PROGRAM)
    check_digest(file, layout)
    contents.writelines(decompressed_pieces(file, layout))
    contents.flush()
