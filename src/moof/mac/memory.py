"""Guest memory: one flat block that the CPU core and the devices share.

The map (addresses as 68k code sees them; everything is big endian)::

    0x0000_0000  RAM, 1 to 64 MB
    0x0400_0000  ROM, at most 1 MB
    0x0420_0000  framebuffer, at most 1920 x 1080 x 4 bytes

The holes between these are part of the block, so that an address is an offset and needs no translation.
Pages use no memory until the guest accesses them, in RAM, too.
"""

import mmap
import struct
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from moof.mac.errors import MacError

MEGABYTE: Final = 1 << 20

MAX_RAM_BYTES: Final = 64 * MEGABYTE
ROM_BASE: Final = 0x0400_0000
MAX_ROM_BYTES: Final = MEGABYTE
FRAMEBUFFER_BASE: Final = 0x0420_0000
FRAMEBUFFER_BYTES: Final = 1920 * 1080 * 4
BLOCK_BYTES: Final = 0x04A0_0000


class MacMemoryError(MacError):
    """An address or a memory size that this machine does not have."""


class GuestMemory:
    """The block, with big-endian accessors for the devices.

    `block` is uint8 (BLOCK_BYTES,). With `file`, it is a shared mapping of that file (created or resized), so
    that a debugger or a test in another process can read the memory of the running Mac; otherwise it is
    private to the process.
    """

    def __init__(self, ram_bytes: int, file: Path | None = None) -> None:
        if not MEGABYTE <= ram_bytes <= MAX_RAM_BYTES or ram_bytes % MEGABYTE:
            raise MacMemoryError(
                f"The Mac takes 1 to 64 whole megabytes of RAM, not {ram_bytes / MEGABYTE:g}."
            )
        self.ram_bytes = ram_bytes
        self._mapping = _map_file(file) if file else _map_private()
        self._release_advice = mmap.MADV_REMOVE if file else mmap.MADV_DONTNEED
        self.block: NDArray[np.uint8] = np.frombuffer(self._mapping, dtype=np.uint8)

    @property
    def host_address(self) -> int:
        """The block's address in this process, which is passed to the core's `mem_init`."""
        return int(self.block.ctypes.data)

    def release_pages(self) -> None:
        """Make the block zeros that use no memory; the core's start has written zeros to all of it."""
        self._release(BLOCK_BYTES)

    def clear_ram(self) -> None:
        """Set all RAM to zero, as at power-on."""
        if not self._release(self.ram_bytes):
            self.block[: self.ram_bytes] = 0

    def _release(self, length: int) -> bool:
        try:
            self._mapping.madvise(self._release_advice, 0, length)
        except OSError:
            return False  # a file system without hole punching: the file is only larger than necessary
        return True

    def view(self, address: int, length: int) -> NDArray[np.uint8]:
        """Return a zero-copy view, uint8 (length,). Raises MacMemoryError outside of the block."""
        self._check(address, length)
        return self.block[address : address + length]

    def read_bytes(self, address: int, length: int) -> bytes:
        """Return a copy of `length` bytes."""
        return self.view(address, length).tobytes()

    def write_bytes(self, address: int, data: bytes) -> None:
        """Store `data` at `address`."""
        self.view(address, len(data))[:] = np.frombuffer(data, dtype=np.uint8)

    def read_c_string(self, address: int, limit: int) -> bytes:
        """Return the bytes before the first zero, at most `limit` of them."""
        available = max(0, min(limit, BLOCK_BYTES - address))
        return self.read_bytes(address, available).split(b"\0", 1)[0]

    def read8(self, address: int) -> int:
        """Return an unsigned byte."""
        self._check(address, 1)
        return int(self.block[address])

    def read16(self, address: int) -> int:
        """Return an unsigned word."""
        return self._read(">H", address, 2)

    def read32(self, address: int) -> int:
        """Return an unsigned long word."""
        return self._read(">I", address, 4)

    def write8(self, address: int, value: int) -> None:
        """Store the low 8 bits of `value`."""
        self._check(address, 1)
        self.block[address] = value & 0xFF

    def write16(self, address: int, value: int) -> None:
        """Store the low 16 bits of `value`."""
        self._write(">H", address, 2, value & 0xFFFF)

    def write32(self, address: int, value: int) -> None:
        """Store the low 32 bits of `value`."""
        self._write(">I", address, 4, value & 0xFFFF_FFFF)

    def _read(self, layout: str, address: int, length: int) -> int:
        self._check(address, length)
        return int(struct.unpack_from(layout, self._mapping, address)[0])

    def _write(self, layout: str, address: int, length: int, value: int) -> None:
        self._check(address, length)
        struct.pack_into(layout, self._mapping, address, value)

    @staticmethod
    def _check(address: int, length: int) -> None:
        if address < 0 or length < 0 or address + length > BLOCK_BYTES:
            raise MacMemoryError(f"{length} bytes at {address:#010x} are outside the Mac's memory.")


def _map_private() -> mmap.mmap:
    """Map anonymous private memory, the only kind of which MADV_DONTNEED frees pages."""
    return mmap.mmap(-1, BLOCK_BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def _map_file(path: Path) -> mmap.mmap:
    try:
        with path.open("a+b") as file:
            file.truncate(BLOCK_BYTES)
            return mmap.mmap(file.fileno(), BLOCK_BYTES, flags=mmap.MAP_SHARED)
    except OSError as error:
        raise MacMemoryError(
            f"The memory file {path} cannot be used ({error.strerror}): "
            "choose a writable place with 80 MB free."
        ) from error
