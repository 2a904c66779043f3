"""Linked machine code as bytes, and its file format.

A file has the SHA-256 of the rest, the length of a JSON header (u32, little endian), the header, the code.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

_DIGEST_BYTES: Final = 32
_LENGTH: Final = struct.Struct("<I")


class UnusableCodeError(Exception):
    """A file that is damaged, or not one of machine code."""


@dataclass(frozen=True, slots=True)
class CodeImage:
    """Code that runs at any page's address.

    `entry` is where its function begins. `slots` are the offsets of 8 bytes each that get the addresses of
    symbols outside of it, by name.
    """

    code: bytes
    entry: int
    slots: Mapping[str, int]

    def to_bytes(self) -> bytes:
        """Return the contents of its file."""
        header = json.dumps({"entry": self.entry, "slots": dict(self.slots)}).encode()
        body = _LENGTH.pack(len(header)) + header + self.code
        return hashlib.sha256(body).digest() + body

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the image that a file holds. Raises UnusableCodeError if it is not whole."""
        digest, body = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
        if hashlib.sha256(body).digest() != digest:
            raise UnusableCodeError("the checksum is wrong")
        try:
            (length,) = _LENGTH.unpack_from(body)
            code = body[_LENGTH.size + length :]
            header = json.loads(body[_LENGTH.size : _LENGTH.size + length])
            return cls(code, int(header["entry"]), {str(k): int(v) for k, v in header["slots"].items()})
        except (struct.error, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UnusableCodeError(f"the header is wrong: {error}") from error
