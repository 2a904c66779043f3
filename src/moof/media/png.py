"""Encodes rectangles as PNG: with a palette of 1, 2, 4 or 8 bits for up to 256 colours, else RGB.

Source: the PNG specification (W3C, third edition). Palette rows are not filtered; RGB rows are filtered with
    "Up" (differences from the row above), which halves a desktop with a photograph and reduces colour ramps
    to a hundredth. Deflate is ISA-L's level 1.
"""

import struct
from enum import Enum
from typing import Any
from zlib import crc32

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from moof.geometry import Rect
from moof.media.kernel import kernel
from moof.media.kernel_signature import INT, NOTHING, READ_U8, READ_U32, WRITE_I16, WRITE_U8, WRITE_U32, part
from moof.media.raster import cut, rows_of

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_UNFILTERED, _UP = 0, 2  # filter types
_GREATEST_PALETTE = 256
_SLOTS = 1024  # of the hash table of pixel values: 2 ** 10, at most a quarter full
_GOLDEN = 0x9E3779B1  # 2 ** 32 / golden ratio, whose products' upper bits are well mixed (Knuth 6.4)
# Where red, green and blue are in a pixel read as little-endian uint32.
_SHIFTS = (16, 8, 0)
_COLOUR_BITS = sum(0xFF << shift for shift in _SHIFTS)  # the fourth byte is ignored


class ColourType(int, Enum):
    """The colour types of PNG that are written here."""

    RGB = 2
    PALETTE = 3


def encode_png(picture: NDArray[Any], rect: Rect | None = None) -> bytes:
    """Return the pixels of `rect` (None: all) as a PNG file without alpha.

    Args:
        picture: uint8 (h, w, 4) or uint32 (h, w), contiguous or strided.
        rect: must lie inside of the picture.

    Raises:
        PictureError: a rectangle that is empty or reaches beyond the picture.
    """
    pixels = rows_of(cut(picture, rect))
    width, height = pixels.width, pixels.height
    indices = np.empty(height * width, np.uint8)
    palette = np.empty(_GREATEST_PALETTE, np.uint32)
    slots = np.full(_SLOTS, -1, np.int16)
    colours = _index(pixels.flat, pixels.pitch, width, height, _COLOUR_BITS, indices, palette, slots)
    if colours > _GREATEST_PALETTE:
        scanlines = np.empty(height * (1 + 3 * width), np.uint8)
        _rgb(pixels.flat, pixels.pitch, width, height, *_SHIFTS, scanlines, np.zeros(width, np.uint32))
        return _file(width, height, 8, ColourType.RGB, b"", scanlines)
    bits = next(bits for bits in (1, 2, 4, 8) if colours <= 1 << bits)
    scanlines = np.empty(height * (1 + (width * bits + 7) // 8), np.uint8)
    _pack(indices, width, height, bits, scanlines)
    return _file(width, height, bits, ColourType.PALETTE, _plte(palette[:colours]), scanlines)


def _plte(pixels: NDArray[np.uint32]) -> bytes:
    """Return the contents of a PLTE chunk: red, green, blue of each pixel value."""
    return pixels.astype("<u4").view(np.uint8).reshape(-1, 4)[:, 2::-1].tobytes()


def _file(
    width: int, height: int, bits: int, colour_type: ColourType, palette: bytes, scanlines: NDArray[np.uint8]
) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type.value, 0, 0, 0)
    chunks = [_chunk(b"IHDR", header)]
    if palette:
        chunks.append(_chunk(b"PLTE", palette))
    chunks.append(_chunk(b"IDAT", isal_zlib.compress(scanlines, level=1)))
    chunks.append(_chunk(b"IEND", b""))
    return _SIGNATURE + b"".join(chunks)


def _chunk(kind: bytes, contents: bytes) -> bytes:
    return (
        struct.pack(">I", len(contents)) + kind + contents + struct.pack(">I", crc32(contents, crc32(kind)))
    )


@part
def _slot_of(value: np.uint32, slots: NDArray[np.int16], palette: NDArray[np.uint32]) -> int:
    """Return the slot that holds `value`'s index, or the empty one for it (linear probing)."""
    slot: int = np.intp(np.uint32(value * np.uint32(_GOLDEN)) >> np.uint32(22))  # type: ignore[assignment]
    while slots[slot] >= 0 and palette[slots[slot]] != value:
        slot = (slot + 1) & (_SLOTS - 1)
    return slot


@kernel(INT(READ_U32, INT, INT, INT, INT, WRITE_U8, WRITE_U32, WRITE_I16))
def _index(
    pixels: NDArray[np.uint32],
    pitch: int,
    width: int,
    height: int,
    mask: int,
    indices: NDArray[np.uint8],
    palette: NDArray[np.uint32],
    slots: NDArray[np.int16],
) -> int:
    """Number the pixel values in order of appearance; return their count, 257 if too many.

    `slots` is the hash table: -1 everywhere at first.
    """
    count = 0
    index = np.intp(0)
    bits_of_colour = np.uint32(mask)
    previous = ~(pixels[0] & bits_of_colour)
    for y in range(height):
        row = pixels[y * pitch : y * pitch + width]
        for x in range(width):
            value = row[x] & bits_of_colour
            if value != previous:  # runs of one colour skip the search
                previous = value
                slot = _slot_of(value, slots, palette)
                if slots[slot] < 0:
                    if count == _GREATEST_PALETTE:
                        return _GREATEST_PALETTE + 1
                    palette[count] = value
                    slots[slot] = count
                    count += 1
                index = np.intp(slots[slot])
            indices[y * width + x] = index
    return count


@kernel(NOTHING(READ_U8, INT, INT, INT, WRITE_U8))
def _pack(
    indices: NDArray[np.uint8], width: int, height: int, bits: int, scanlines: NDArray[np.uint8]
) -> None:
    """Write rows of a filter byte (none) and the indices, leftmost in the most significant bits."""
    per_byte = 8 // bits
    row_bytes = (width + per_byte - 1) // per_byte
    for y in range(height):
        row = indices[y * width : (y + 1) * width]
        packed = scanlines[y * (row_bytes + 1) + 1 : (y + 1) * (row_bytes + 1)]
        scanlines[y * (row_bytes + 1)] = _UNFILTERED
        for i in range(row_bytes):
            byte = 0
            for x in range(i * per_byte, min((i + 1) * per_byte, width)):
                byte |= row[x] << (8 - bits * (x - i * per_byte + 1))
            packed[i] = byte


@kernel(NOTHING(READ_U32, INT, INT, INT, INT, INT, INT, WRITE_U8, WRITE_U32))
def _rgb(
    pixels: NDArray[np.uint32],
    pitch: int,
    width: int,
    height: int,
    red: int,
    green: int,
    blue: int,
    scanlines: NDArray[np.uint8],
    above: NDArray[np.uint32],
) -> None:
    """Write rows of a filter byte (Up) and red, green, blue of each pixel minus those of the one above.

    `above` has the pixels of the row above, zeros at first.
    """
    r, g, b = np.uint32(red), np.uint32(green), np.uint32(blue)
    for y in range(height):
        row = pixels[y * pitch : y * pitch + width]
        scanlines[y * (3 * width + 1)] = _UP
        line = scanlines[y * (3 * width + 1) + 1 : (y + 1) * (3 * width + 1)]
        for x in range(width):
            line[3 * x] = np.uint8(row[x] >> r) - np.uint8(above[x] >> r)
            line[3 * x + 1] = np.uint8(row[x] >> g) - np.uint8(above[x] >> g)
            line[3 * x + 2] = np.uint8(row[x] >> b) - np.uint8(above[x] >> b)
            above[x] = row[x]
