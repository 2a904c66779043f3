"""How a state's contents are laid out: four u32 (little endian), then four parts of these lengths.

The parts are the devices' JSON, the ROM, the RAM and the framebuffer.
"""

import struct
from typing import Final

from moof.states.errors import StateError

LENGTHS: Final = struct.Struct("<4I")
MAX_DEVICES: Final = 8 << 20
"""Bytes of the devices' JSON."""


def part_lengths(head: bytes | memoryview, contents: int) -> tuple[int, int, int, int]:
    """Return the bytes of each part. Raises StateError.

    `head` has the first LENGTHS.size bytes of the contents, which have `contents` bytes in all.
    """
    if len(head) < LENGTHS.size:
        raise StateError("The state's contents are incomplete.")
    devices, rom, ram, pixels = LENGTHS.unpack_from(head)
    if LENGTHS.size + devices + rom + ram + pixels != contents or devices > MAX_DEVICES:
        raise StateError("The state's contents have impossible sizes.")
    return devices, rom, ram, pixels
