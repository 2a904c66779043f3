"""Reads updates of lossless codecs that a viewer receives over its WebSocket, and makes them."""

import io
import struct
from collections.abc import Iterator
from typing import Final

from PIL import Image

SCREEN: Final = (320, 240)
"""The size of the pictures that are made."""
_LENGTH = struct.Struct("<I")


def unpack(update: bytes) -> Iterator[bytes]:
    """Yield the messages of an update; it must not be truncated."""
    at = 0
    while at < len(update):
        (length,) = _LENGTH.unpack_from(update, at)
        at += _LENGTH.size + length
        assert at <= len(update)
        yield update[at - length : at]


def picture(colour: tuple[int, int, int], update: int, sequence: int = 0, t1: float = 0) -> list[str]:
    """Return an update of the whole screen in one colour, as messages in hex.

    `sequence` and `t1` are those of the ping that it answers.
    """
    file = io.BytesIO()
    Image.new("RGB", SCREEN, colour).save(file, "PNG")
    header = struct.pack("<BB7HIHH", 2, 3, 0, 0, *SCREEN, *SCREEN, 0, update, 1, 0)
    times = (t1, *(1000 * t1 + micros for micros in (1, 2, 3, 4, 5, 6)))
    closing = struct.pack("<BB5HIII7d", 1, 1, 0, 0, *SCREEN, 0, 0, update, sequence, *times)
    return [(header + file.getvalue()).hex(), closing.hex()]
