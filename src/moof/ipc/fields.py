"""The fields of a mapped segment, read and written by name.

Memory order: a load or store of an aligned field is one machine instruction, and x86-64 neither reorders
stores with stores nor loads with loads, so plain accesses in the contract's order are the acquire and
release it asks for.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

from .errors import SegmentError
from .layout import SEGMENT
from .record import Record, Scalar


class Fields:
    """Every field of layout.SEGMENT in a mapping of that size; `path` is what messages name it by."""

    def __init__(self, mapped: mmap.mmap, path: Path) -> None:
        self.path = path
        self.header = memoryview(mapped)
        """The whole segment as bytes; for reading or writing several neighbouring fields in one go."""
        columns = {scalar: self.header.cast(scalar.value) for scalar in {field.scalar for field in SEGMENT}}
        self._columns = columns.values()
        self._cells = {field.name: (columns[field.scalar], field.index) for field in SEGMENT}
        self.u32 = columns[Scalar.U32]
        self.u64 = columns[Scalar.U64]
        """The segment as arrays of u32 and u64, for stores that have to follow each other closely."""

    def read(self, name: str) -> int:
        """Return the field's value, unchecked: what it may be is the caller's knowledge."""
        column, index = self._cells[name]
        try:
            return int(column[index])
        except ValueError as error:
            raise SegmentError(f"{self.path} is closed") from error

    def write(self, name: str, value: int) -> None:
        """Set the field. Raises SegmentError if it cannot hold the value or the segment is closed."""
        column, index = self._cells[name]
        try:
            column[index] = value
        except (ValueError, TypeError) as error:
            raise SegmentError(f"{self.path}: cannot set {name} to {value!r}: {error}") from error

    def load(self, record: Record, offset: int) -> tuple[int, ...]:
        """Return the values of a record that lies at `offset`, read in one go (but not atomically)."""
        try:
            return record.struct.unpack_from(self.header, offset)
        except ValueError as error:
            raise SegmentError(f"{self.path} is closed") from error

    def store(self, record: Record, offset: int, *values: int) -> None:
        """Write a record at `offset`, its padding zero. Raises SegmentError as `write` does."""
        try:
            record.struct.pack_into(self.header, offset, *values)
        except (struct.error, TypeError) as error:  # TypeError: the released view of a closed segment
            raise SegmentError(f"{self.path}: cannot set {record.name} to {values}: {error}") from error

    def _release(self) -> None:
        """Let go of the mapping: from now on every access is refused."""
        for view in (*self._columns, self.header):
            try:
                view.release()
            except BufferError:
                pass  # somebody still looks at a part of it
