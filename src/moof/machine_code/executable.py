"""Machine code in the memory of this process."""

from __future__ import annotations

import ctypes
import mmap
from collections.abc import Mapping
from typing import Final

from moof.machine_code.code_image import CodeImage

_PROTECTION: Final = mmap.PROT_READ | mmap.PROT_EXEC


class Executable:
    """A loaded `CodeImage`; its code exists as long as this object.

    The memory is written first and made executable then, once, so that it is never both. The kernel makes the
    processor's instruction cache agree with it at that moment (needed on AArch64).
    """

    def __init__(self, image: CodeImage, symbols: Mapping[str, int] | None = None) -> None:
        """Load it. Raises OSError if this process may not make memory executable.

        Args:
            image: the code.
            symbols: addresses by name; those that are not given are looked up in the C library.
        """
        self._memory = mmap.mmap(-1, len(image.code), mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self._memory[:] = image.code
        libc = ctypes.CDLL(None, use_errno=True)
        for name, offset in image.slots.items():
            address = (symbols or {}).get(name) or _address(libc[name])
            self._memory[offset : offset + 8] = address.to_bytes(8, "little")
        start = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
        if libc.mprotect(ctypes.c_void_p(start), ctypes.c_size_t(len(image.code)), _PROTECTION):
            raise OSError(ctypes.get_errno(), "machine code cannot be made executable")
        self.entry: Final = start + image.entry
        """The address of its function."""


def _address(function: ctypes._NamedFuncPointer) -> int:
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return address
