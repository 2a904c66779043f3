"""ROM images: only those built for this machine are accepted; their header identifies them.

Header, big endian, at the start of the image::

    0   u32   reserved (the machine puts the RAM size into vector 0)
    4   u32   entry point, an address in ROM
    8   4 B   'Moof'
    12  u16   machine version, 1
    14  u16   header length, at least 56
    16  u32   length of the ROM in bytes
    20  u32   CRC-32 (zlib's) of the whole ROM with this field zero
    24  32 B  name, a C string
"""

import importlib.resources
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from moof.mac.errors import MacError
from moof.mac.memory import MAX_ROM_BYTES, ROM_BASE

MACHINE_VERSION: Final = 1
SIGNATURE: Final = b"Moof"
_HEADER: Final = struct.Struct(">II4sHHII32s")
_CRC_OFFSET: Final = 20
_ENTRY_IN_ROM: Final = range(ROM_BASE, ROM_BASE + MAX_ROM_BYTES)


class RomError(MacError):
    """A ROM image that this machine cannot start from; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class Rom:
    """A checked image: `image` is copied to ROM_BASE, `entry` is the address of its first instruction."""

    image: bytes
    entry: int
    name: str


def parse_rom(image: bytes, source: str = "This ROM") -> Rom:
    """Return the checked image. Raises RomError, which says what is wrong with `source`."""
    if len(image) < _HEADER.size or image[8:12] != SIGNATURE:
        raise RomError(_explain_foreign(image, source))
    _, entry, _, version, header_length, length, crc, name = _HEADER.unpack_from(image)
    if version != MACHINE_VERSION:
        raise RomError(
            f"{source} is for version {version} of this machine, which is {MACHINE_VERSION}: rebuild it."
        )
    if len(image) > MAX_ROM_BYTES:
        raise RomError(f"{source} has {len(image)} bytes; the machine has room for {MAX_ROM_BYTES}.")
    if length != len(image) or header_length < _HEADER.size:
        raise RomError(f"{source} is damaged: it says {length} bytes and has {len(image)}. Get a fresh copy.")
    if crc != checksum(image):
        raise RomError(
            f"{source} is damaged: its checksum is wrong. Get a fresh copy, or stamp your own build."
        )
    if entry not in _ENTRY_IN_ROM or entry % 2:
        raise RomError(f"{source} starts at {entry:#x}, which is not in ROM: link it at {ROM_BASE:#x}.")
    return Rom(image, entry, name.split(b"\0", 1)[0].decode("mac_roman"))


def checksum(image: bytes) -> int:
    """Return the CRC-32 of an image with the checksum's own field zero, as the header has it."""
    return zlib.crc32(image[_CRC_OFFSET + 4 :], zlib.crc32(bytes(4), zlib.crc32(image[:_CRC_OFFSET])))


def read_rom(path: Path) -> Rom:
    """Read and check a file. Raises RomError."""
    try:
        image = path.read_bytes()
    except OSError as error:
        raise RomError(f"The ROM file {path} cannot be read: {error.strerror}.") from error
    return parse_rom(image, str(path))


def free_rom() -> Rom:
    """Return the free ROM that Moof ships (built from guest/). Raises RomError if it is missing."""
    resource = importlib.resources.files("moof.mac") / "rom" / "moof.rom"
    try:
        return parse_rom(resource.read_bytes(), "Moof's own ROM")
    except FileNotFoundError:
        raise RomError(
            "Moof's own ROM is missing from this installation: run `make` in guest/, or reinstall."
        ) from None


def _explain_foreign(image: bytes, source: str) -> str:
    what = "looks like an Apple ROM" if _looks_like_apples(image) else "is not a ROM for this machine"
    return (
        f"{source} {what}. The built-in Mac runs only ROMs written for it (docs/guest.md). "
        "To see another Macintosh in the browser, run it in its own emulator (Basilisk II, SheepShaver) "
        "and connect that through Moof's bridge (moof bridge)."
    )


def _looks_like_apples(image: bytes) -> bool:
    """Return whether the image is probably a Macintosh ROM.

    Macintosh ROMs have 64 KB to 4 MB and start with the sum of their words after the first four bytes, modulo
    2**32. ROMs of 1 MB and more have several sums, so for them the size decides.
    """
    known_sizes = {size << 10 for size in (64, 128, 256, 512, 1024, 2048, 3072, 4096)}
    if len(image) not in known_sizes:
        return False
    words = struct.unpack(f">{(len(image) - 4) // 2}H", image[4:])
    return sum(words) & 0xFFFF_FFFF == int.from_bytes(image[:4], "big") or len(image) >= 1 << 20
