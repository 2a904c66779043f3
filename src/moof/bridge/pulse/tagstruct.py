"""Tagged values, of which commands consist (pulsecore/tagstruct.h): a letter, then the value."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

_U32: Final = struct.Struct(">I")
_U64: Final = struct.Struct(">Q")
_MAX_VALUE: Final = 65536


class TagError(ValueError):
    """The command does not contain the expected value."""


@dataclass(slots=True)
class Writer:
    """Appends values; each method returns the writer, so that a command is one expression."""

    data: bytearray = field(default_factory=bytearray)

    def u32(self, *values: int) -> "Writer":
        """Append unsigned 32-bit numbers."""
        for value in values:
            self.data += b"L" + _U32.pack(value & 0xFFFFFFFF)
        return self

    def u64(self, tag: bytes, *values: int) -> "Writer":
        """Append 64-bit numbers: `R` unsigned, `r` signed, `U` microseconds."""
        for value in values:
            self.data += tag + _U64.pack(value & 0xFFFFFFFFFFFFFFFF)
        return self

    def u8(self, value: int) -> "Writer":
        """Append an unsigned 8-bit number."""
        self.data += b"B" + bytes((value,))
        return self

    def text(self, *values: str | None) -> "Writer":
        """Append strings."""
        for value in values:
            self.data += b"N" if value is None else b"t" + value.encode() + b"\0"
        return self

    def boolean(self, *values: bool) -> "Writer":
        """Append truth values."""
        for value in values:
            self.data += b"1" if value else b"0"
        return self

    def sample_spec(self, code: int, channels: int, rate: int) -> "Writer":
        """Append a sample format, as its code, with channels and rate in Hz."""
        self.data += b"a" + bytes((code, channels)) + _U32.pack(rate)
        return self

    def channel_map(self, positions: bytes) -> "Writer":
        """Append the channels' positions."""
        self.data += b"m" + bytes((len(positions),)) + positions
        return self

    def volumes(self, *values: int) -> "Writer":
        """Append a volume per channel."""
        self.data += b"v" + bytes((len(values),)) + b"".join(map(_U32.pack, values))
        return self

    def volume(self, value: int) -> "Writer":
        """Append one volume."""
        self.data += b"V" + _U32.pack(value)
        return self

    def timeval(self, seconds: int, microseconds: int) -> "Writer":
        """Append a time."""
        self.data += b"T" + _U32.pack(seconds & 0xFFFFFFFF) + _U32.pack(microseconds)
        return self

    def properties(self, values: Mapping[str, str] = MappingProxyType({})) -> "Writer":
        """Append a property list."""
        self.data += b"P"
        for name, value in values.items():
            raw = value.encode() + b"\0"
            self.text(name).u32(len(raw))
            self.data += b"x" + _U32.pack(len(raw)) + raw
        return self.text(None)

    def format_info(self, encoding: int, values: Mapping[str, str]) -> "Writer":
        """Append an encoding with its properties."""
        self.data += b"f"
        return self.u8(encoding).properties(values)


class Reader:
    """Reads values in order; each method raises TagError for another type or too few bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def rest(self) -> int:
        """The number of bytes left."""
        return len(self._data) - self._at

    def u32(self) -> int:
        """Read an unsigned 32-bit number."""
        self._expect(b"L")
        return self._raw_u32()

    def u8(self) -> int:
        """Read an unsigned 8-bit number."""
        self._expect(b"B")
        return self._take(1)[0]

    def boolean(self) -> bool:
        """Read a truth value."""
        return self._expect(b"10") == b"1"

    def text(self) -> str | None:
        """Read a string, which may be null."""
        if self._expect(b"tN") == b"N":
            return None
        end = self._data.find(b"\0", self._at)
        if end < 0:
            raise TagError("a string is not terminated")
        raw, self._at = self._data[self._at : end], end + 1
        return raw.decode("utf-8", "replace")

    def sample_spec(self) -> tuple[int, int, int]:
        """Read a sample format's code, the channels, the rate in Hz."""
        self._expect(b"a")
        code, channels = self._take(2)
        return code, channels, self._raw_u32()

    def channel_map(self) -> bytes:
        """Read the channels' positions."""
        self._expect(b"m")
        return self._take(self._take(1)[0])

    def volumes(self) -> tuple[int, ...]:
        """Read a volume per channel."""
        self._expect(b"v")
        return tuple(self._raw_u32() for _ in range(self._take(1)[0]))

    def arbitrary(self) -> bytes:
        """Read a block of bytes."""
        self._expect(b"x")
        size = self._raw_u32()
        if size > _MAX_VALUE:
            raise TagError(f"a block of {size} bytes is too long")
        return self._take(size)

    def timeval(self) -> tuple[int, int]:
        """Read a time: seconds, microseconds."""
        self._expect(b"T")
        return self._raw_u32(), self._raw_u32()

    def properties(self) -> dict[str, bytes]:
        """Read a property list."""
        self._expect(b"P")
        found = {}
        while (name := self.text()) is not None:
            self.u32()
            found[name] = self.arbitrary()
        return found

    def format_info(self) -> tuple[int, dict[str, bytes]]:
        """Read an encoding with its properties."""
        self._expect(b"f")
        return self.u8(), self.properties()

    def _expect(self, tags: bytes) -> bytes:
        tag = self._take(1)
        if tag not in (bytes((one,)) for one in tags):
            raise TagError(f"expected one of {tags!r}, not {tag!r}")
        return tag

    def _raw_u32(self) -> int:
        return int(_U32.unpack(self._take(4))[0])

    def _take(self, size: int) -> bytes:
        if size > self.rest:
            raise TagError(f"{size} bytes expected, {self.rest} left")
        raw = self._data[self._at : self._at + size]
        self._at += size
        return raw
