"""How instructions refer to places that are only known when code is linked, on x86-64 and AArch64.

Sources: System V ABI, AMD64 Architecture Processor Supplement, table 4.9; ELF for the Arm 64-bit
    Architecture.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Final, NamedTuple

_PAGE: Final = 0x1000


class LinkError(Exception):
    """Code that cannot be linked."""


class Reference(NamedTuple):
    """Offsets in the code: `at` is what has to be changed, `target` what it refers to."""

    at: int
    target: int


class Relocations(ABC):
    """One processor's types of relocation."""

    stub: ClassVar[bytes]
    """A jump to the address in a slot, before it is known where that is."""

    @abstractmethod
    def is_of_slot(self, kind: int) -> bool:
        """Return whether a type refers to the slot that holds a symbol's address."""

    @abstractmethod
    def apply(self, code: bytearray, kind: int, reference: Reference) -> None:
        """Change the code. Raises LinkError for an unknown type."""

    @abstractmethod
    def write_stub(self, code: bytearray, at: int, slot: int) -> None:
        """Write the jump to the address in `slot`."""


class X86Relocations(Relocations):
    """Everything is a distance of 32 bits; the addend has the distance to the next instruction."""

    stub = b"\xff\x25" + bytes(4)  # jmp *slot(%rip)
    _PC32, _PLT32 = 2, 4
    _GOT: Final = (9, 41, 42)  # GOTPCREL, GOTPCRELX, REX_GOTPCRELX

    def is_of_slot(self, kind: int) -> bool:
        """Return whether a type refers to the slot that holds a symbol's address."""
        return kind in self._GOT

    def apply(self, code: bytearray, kind: int, reference: Reference) -> None:
        """Change the code. Raises LinkError for an unknown type."""
        if kind not in (self._PC32, self._PLT32, *self._GOT):
            raise LinkError(f"a relocation of type {kind} (x86-64)")
        code[reference.at : reference.at + 4] = (reference.target - reference.at).to_bytes(
            4, "little", signed=True
        )

    def write_stub(self, code: bytearray, at: int, slot: int) -> None:
        """Write the jump to the address in `slot`."""
        distance = slot - (at + len(self.stub))
        code[at : at + len(self.stub)] = self.stub[:2] + distance.to_bytes(4, "little", signed=True)


class ArmRelocations(Relocations):
    """A page's distance, then the offset in that page; or the distance of a branch. Code begins at a page."""

    stub = bytes.fromhex("10000090 100240f9 00021fd6")  # adrp x16; ldr x16, [x16]; br x16
    _PAGE_OF, _PAGE_OF_SLOT = 275, 311
    _BRANCHES: Final = (282, 283)
    _PREL32: Final = 261
    # Offsets in the page, by how far to the right they are shifted.
    _SHIFTS: Final = {277: 0, 278: 0, 284: 1, 285: 2, 286: 3, 299: 4, 312: 3}
    _SLOTS: Final = (311, 312)

    def is_of_slot(self, kind: int) -> bool:
        """Return whether a type refers to the slot that holds a symbol's address."""
        return kind in self._SLOTS

    def apply(self, code: bytearray, kind: int, reference: Reference) -> None:
        """Change the code. Raises LinkError for an unknown type."""
        distance = reference.target - reference.at
        if kind == self._PREL32:
            code[reference.at : reference.at + 4] = distance.to_bytes(4, "little", signed=True)
        elif kind in (self._PAGE_OF, self._PAGE_OF_SLOT):
            pages = reference.target // _PAGE - reference.at // _PAGE
            self._set(code, reference.at, (pages & 3) << 29 | (pages >> 2 & 0x7FFFF) << 5)
        elif kind in self._BRANCHES:
            self._set(code, reference.at, distance >> 2 & 0x3FFFFFF)
        elif kind in self._SHIFTS:
            self._set(code, reference.at, (reference.target % _PAGE >> self._SHIFTS[kind]) << 10)
        else:
            raise LinkError(f"a relocation of type {kind} (AArch64)")

    def write_stub(self, code: bytearray, at: int, slot: int) -> None:
        """Write the jump to the address in `slot`."""
        code[at : at + len(self.stub)] = self.stub
        self.apply(code, self._PAGE_OF, Reference(at, slot))
        self.apply(code, 286, Reference(at + 4, slot))

    @staticmethod
    def _set(code: bytearray, at: int, bits: int) -> None:
        word = int.from_bytes(code[at : at + 4], "little") | bits
        code[at : at + 4] = word.to_bytes(4, "little")


MACHINES: Final[dict[int, Relocations]] = {62: X86Relocations(), 183: ArmRelocations()}
"""By the number of the processor in an ELF header."""
