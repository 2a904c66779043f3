"""Disk images: what uploaded files begin with. A message has the parts of an image that are read."""

from __future__ import annotations

import contextlib
import os
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

from moof.setup.disk_identity import identify_disk
from support.fuzz.target import Feed, FuzzTarget

PLACES = (0, 512, 1024)
"""Offsets in the image of the parts of a message, which have these lengths; the last one has the rest."""
LENGTHS = (96, 96)
BYTES = 410 << 10


def message(first: bytes = b"", second: bytes = b"", third: bytes = b"") -> bytes:
    """Return the message of an image with these parts."""
    return first.ljust(LENGTHS[0], b"\0") + second.ljust(LENGTHS[1], b"\0") + third


@contextlib.contextmanager
def _images() -> Iterator[Feed]:
    """An image in a folder, cut and whole."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "image"

        def feed(data: bytes) -> None:
            at = 0
            with path.open("wb") as image:
                for place, length in zip(PLACES, (*LENGTHS, len(data)), strict=True):
                    image.seek(place)
                    image.write(data[at : at + length])
                    at += length
            identify_disk(path)
            os.truncate(path, BYTES)
            identify_disk(path)

        yield feed


_HFS = b"BD" + bytes(16) + struct.pack(">HIIH", 800, 512, 4096, 8) + bytes(6) + b"\x06System"
DISK_IMAGES = FuzzTarget(
    _images,
    (
        message(third=_HFS),
        message(b"ER", b"PM" + bytes(2) + struct.pack(">I", 2), b"PM" + bytes(46) + b"Apple_HFS\0"),
        message(b"QFI\xfb" + struct.pack(">IQII", 3, 0, 0, 16) + bytes(60)),
        message(b"\x05Tools".ljust(64, b"\0") + struct.pack(">II", 409_600, 0) + bytes(10) + b"\x01\0"),
    ),
)
"""`identify_disk`, fed with the beginnings of images."""
