"""Write length and checksum into a ROM's header (layout: docs/guest.md, "The ROM's header").

`stamp.py IN OUT` reads a linked image and writes the finished ROM. The output depends only on the input.
"""

import struct
import sys
import zlib
from pathlib import Path

SIGNATURE = b"Moof"
SIGNATURE_OFFSET = 8
LENGTH_OFFSET = 16
CRC_OFFSET = 20
MAX_LENGTH = 1 << 20


def stamp(image: bytes) -> bytes:
    """Pad `image` to a multiple of 16 bytes and fill in its length and CRC-32."""
    if image[SIGNATURE_OFFSET : SIGNATURE_OFFSET + 4] != SIGNATURE:
        raise ValueError("the image does not start with a ROM header: link boot.s first")
    rom = bytearray(image + bytes(-len(image) % 16))
    if len(rom) > MAX_LENGTH:
        raise ValueError(f"the ROM has {len(rom)} bytes, the machine takes at most {MAX_LENGTH}")
    struct.pack_into(">II", rom, LENGTH_OFFSET, len(rom), 0)
    struct.pack_into(">I", rom, CRC_OFFSET, zlib.crc32(rom))
    return bytes(rom)


def main() -> None:
    """Stamp the file named first into the file named second."""
    source, target = map(Path, sys.argv[1:3])
    target.write_bytes(stamp(source.read_bytes()))


if __name__ == "__main__":
    main()
