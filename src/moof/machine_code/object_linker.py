"""Links an ELF object (System V ABI) into one block of code that runs wherever it is loaded.

LLVM's own linker is not part of its Python package, and a system need not have one. Little is needed: an
object has functions with their constants, and the distances within it do not depend on its address. For
symbols outside of it the block ends with a jump to each, for calls, and then their addresses, 8 bytes each,
which are filled in when it is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import Final, NamedTuple

from moof.machine_code.code_image import CodeImage
from moof.machine_code.relocations import MACHINES, LinkError, Reference, Relocations

_ELF: Final = b"\x7fELF\x02\x01"  # 64 bits, little endian
_HEADER: Final = Struct("<16xHHIQQQIHHHHHH")
_SECTION: Final = Struct("<IIQQQQIIQQ")
_SYMBOL: Final = Struct("<IBBHQQ")
_RELOCATION: Final = Struct("<QQq")
_SHT_SYMTAB, _SHT_RELA, _SHT_NOBITS = 2, 4, 8
_SHF_WRITE, _SHF_ALLOC = 1, 2
_UNDEFINED, _FIRST_RESERVED = 0, 0xFF00
_UNWINDING: Final = (".eh_frame", ".note.GNU-stack")
_SLOT: Final = 8


class _Section(NamedTuple):
    name: str
    kind: int
    flags: int
    offset: int
    size: int
    link: int
    info: int
    alignment: int


class _Symbol(NamedTuple):
    name: str
    section: int
    value: int


def link(data: bytes, entry: str) -> CodeImage:
    """Return the code of an object, whose function `entry` is called.

    Raises:
        LinkError: not an object of this kind, or one that needs what is not provided here: variables, another
            type of relocation.
    """
    return _Linker(data).link(entry)


class _Linker:
    def __init__(self, data: bytes) -> None:
        if data[: len(_ELF)] != _ELF:
            raise LinkError("not an ELF object of 64 bits")
        header = _HEADER.unpack_from(data)
        machine, table, count, names = header[1], header[5], header[11], header[12]
        if machine not in MACHINES:
            raise LinkError(f"no processor that is known here (ELF machine {machine})")
        self._data = data
        self._relocations: Relocations = MACHINES[machine]
        rows = [_SECTION.unpack_from(data, table + i * _SECTION.size) for i in range(count)]
        self._sections = [
            _Section(self._text(rows[names][4] + row[0]), row[1], row[2], *row[4:9]) for row in rows
        ]
        self._symbols = [*self._read_symbols()]
        self._code = bytearray()
        self._starts: dict[int, int] = {}
        self._stubs: dict[str, int] = {}
        self._slots: dict[str, int] = {}

    def link(self, entry: str) -> CodeImage:
        self._place_sections()
        self._place_outside_symbols()
        for section, offset, kind, symbol, addend in self._read_relocations():
            at = self._starts[section] + offset
            reference = Reference(at, self._target(symbol, kind) + addend)
            self._relocations.apply(self._code, kind, reference)
        found = [each for each in self._symbols if each.name == entry and each.section in self._starts]
        if not found:
            raise LinkError(f"no function {entry}")
        return CodeImage(bytes(self._code), self._starts[found[0].section] + found[0].value, self._slots)

    def _text(self, offset: int) -> str:
        return self._data[offset : self._data.index(0, offset)].decode()

    def _read_symbols(self) -> Iterator[_Symbol]:
        for section in self._sections:
            if section.kind == _SHT_SYMTAB:
                strings = self._sections[section.link].offset
                for offset in range(section.offset, section.offset + section.size, _SYMBOL.size):
                    name, _, _, index, value, _ = _SYMBOL.unpack_from(self._data, offset)
                    yield _Symbol(self._text(strings + name), index, value)

    def _read_relocations(self) -> Iterator[tuple[int, int, int, _Symbol, int]]:
        for section in self._sections:
            if section.kind == _SHT_RELA and section.info in self._starts:
                for start in range(section.offset, section.offset + section.size, _RELOCATION.size):
                    offset, info, addend = _RELOCATION.unpack_from(self._data, start)
                    yield section.info, offset, info & 0xFFFFFFFF, self._symbols[info >> 32], addend

    def _place_sections(self) -> None:
        for index, section in enumerate(self._sections):
            if not section.flags & _SHF_ALLOC or not section.size or section.name in _UNWINDING:
                continue
            if section.flags & _SHF_WRITE or section.kind == _SHT_NOBITS:
                raise LinkError(f"the code has variables ({section.name})")
            self._align(section.alignment)
            self._starts[index] = len(self._code)
            self._code += self._data[section.offset : section.offset + section.size]

    def _place_outside_symbols(self) -> None:
        """Append the jumps and the addresses; the jumps read the addresses."""
        outside = {each[3].name: True for each in self._read_relocations() if each[3].section == _UNDEFINED}
        for name in outside:
            self._align(_SLOT)
            self._stubs[name] = len(self._code)
            self._code += bytes(len(self._relocations.stub))
        for name in outside:
            self._align(_SLOT)
            self._slots[name] = len(self._code)
            self._code += bytes(_SLOT)
            self._relocations.write_stub(self._code, self._stubs[name], self._slots[name])

    def _target(self, symbol: _Symbol, kind: int) -> int:
        if symbol.section == _UNDEFINED:
            return (self._slots if self._relocations.is_of_slot(kind) else self._stubs)[symbol.name]
        if symbol.section >= _FIRST_RESERVED or symbol.section not in self._starts:
            raise LinkError(f"the code refers to a variable ({symbol.name})")
        if self._relocations.is_of_slot(kind):
            raise LinkError(f"the address of {symbol.name} is looked up, although it is inside")
        return self._starts[symbol.section] + symbol.value

    def _align(self, alignment: int) -> None:
        self._code += bytes(-len(self._code) % max(alignment, 1))
