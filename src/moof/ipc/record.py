"""C structs as tables: a `Record` is a size and fields, each with the offset a C compiler gave it."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property


class Scalar(Enum):
    """A little-endian integer type; the value is its code in the `struct` module and in `memoryview.cast`."""

    U8 = "B"
    I16 = "h"
    U16 = "H"
    I32 = "i"
    U32 = "I"
    U64 = "Q"

    @property
    def size(self) -> int:
        """Size in bytes."""
        return struct.calcsize("<" + self.value)


@dataclass(frozen=True, slots=True)
class Field:
    """One scalar of a record. `atomic`: C code loads it with acquire and stores it with release."""

    name: str
    offset: int
    scalar: Scalar
    atomic: bool = False

    @property
    def index(self) -> int:
        """Index of the field when the record is viewed as an array of its scalar type."""
        return self.offset // self.scalar.size

    @property
    def end(self) -> int:
        """Offset of the first byte after the field."""
        return self.offset + self.scalar.size


@dataclass(frozen=True)
class Record:
    """A C struct of `size` bytes: `fields` in ascending order of offset, padding between them."""

    name: str
    size: int
    fields: tuple[Field, ...]

    def __post_init__(self) -> None:
        end = 0
        for field in self.fields:
            if field.offset < end or field.offset % field.scalar.size:
                raise ValueError(f"{self.name}.{field.name} overlaps or is misaligned at {field.offset}")
            end = field.end
        if end > self.size:
            raise ValueError(f"{self.name}: the fields need {end} bytes, the record has {self.size}")

    def __getitem__(self, name: str) -> Field:
        """Return the field of that name (KeyError if there is none)."""
        return self._by_name[name]

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    @cached_property
    def _by_name(self) -> Mapping[str, Field]:
        return {field.name: field for field in self.fields}

    @cached_property
    def struct(self) -> struct.Struct:
        """The whole record as a `struct.Struct`: the fields in order, padding written as zeros."""
        code, end = "<", 0
        for field in self.fields:
            code += "x" * (field.offset - end) + field.scalar.value
            end = field.end
        return struct.Struct(code + "x" * (self.size - end))

    def part(self, name: str, start: int, end: int) -> Record:
        """Return bytes [start, end) as a record of their own, offsets counted from `start`."""
        inside = (field for field in self.fields if start <= field.offset < end)
        fields = tuple(Field(f.name, f.offset - start, f.scalar, f.atomic) for f in inside)
        return Record(name, end - start, fields)
