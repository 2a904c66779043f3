"""Maps Xvfb's framebuffer file (-fbdir): a big-endian XWD header, a colour map, the pixels (XWDFile.h)."""

import mmap
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from moof.bridge.errors import BridgeError

_HEADER: Final = struct.Struct(">25I")
_COLOUR_BYTES: Final = 12
_LSB_FIRST: Final = 0


@dataclass(frozen=True, slots=True)
class XwdHeader:
    """The header's description of the pixels, checked to be 32 bits each, blue first."""

    width: int
    height: int
    row_bytes: int
    offset: int
    """Offset of the first pixel, in bytes."""

    @classmethod
    def parse(cls, data: bytes) -> "XwdHeader":
        """Read the first 100 bytes. Raises BridgeError for anything but 32-bit BGRX pixels."""
        if len(data) < _HEADER.size:
            raise BridgeError(f"a framebuffer header of {len(data)} bytes is too short")
        fields = _HEADER.unpack_from(data)
        header_size, version, width, height = fields[0], fields[1], fields[4], fields[5]
        byte_order, bits, row_bytes, colours = fields[7], fields[11], fields[12], fields[19]
        if version != 7 or bits != 32 or byte_order != _LSB_FIRST or not width <= row_bytes // 4:
            raise BridgeError(f"the display has {bits}-bit pixels, byte order {byte_order}; BGRX is required")
        return cls(width, height, row_bytes, header_size + colours * _COLOUR_BYTES)


def map_framebuffer(path: Path) -> NDArray[np.uint32]:
    """Map the file read-only: uint32 (height, width), blue in the low byte, the high byte without meaning.

    The mapping exists as long as the array. Raises BridgeError if the file is not a framebuffer.
    """
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        mapping = mmap.mmap(fd, 0, prot=mmap.PROT_READ)
    except ValueError as error:
        raise BridgeError(f"{path} is empty") from error
    finally:
        os.close(fd)
    header = XwdHeader.parse(mapping[: _HEADER.size])
    words = header.row_bytes // 4
    if header.offset + header.row_bytes * header.height > len(mapping):
        raise BridgeError(f"{path} is shorter than its {header.width}x{header.height} pixels")
    pixels = np.frombuffer(mapping, np.uint32, words * header.height, header.offset)
    return pixels.reshape(header.height, words)[:, : header.width]
