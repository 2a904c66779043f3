"""Recognises the ROM of a Mac in a file, and says what is wrong with one that is not whole.

A Mac's ROM begins with a checksum: the sum, in 32 bits, of the 16-bit words behind it (the ROM's own test at
start adds them up). The word at offset 8 is its version. Bytes are big-endian.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np

from moof.setup.rom_models import KIB, ROM_MODELS, ROM_SIZES, VERSION_CLASSIC, VERSION_POWER, RomModel
from moof.setup.wrong_file import describe_wrong_file

MAX_ROM_BYTES: Final = 8 << 20
"""The largest file that is read: a Mac's ROM has 4 MB at most, a file of Mac OS's ROM less."""
_CHECKSUM_SPANS: Final = {(VERSION_CLASSIC, 512 * KIB): 256 * KIB, (VERSION_POWER, 4096 * KIB): 3072 * KIB}
"""Bytes that the checksum may cover, by version and size, where it need not cover all: the Macintosh Classic
has a disk behind them, a Power Macintosh the code of its own processor."""
_VERSIONS: Final = frozenset(each.version for each in ROM_MODELS.values())
_NEW_WORLD: Final = b"<CHRP-BOOT>"
"""How a file "Mac OS ROM" begins (Power Macintoshes of 1998 and later)."""
_HEADER: Final = 16


class RomKind(Enum):
    """What a file is."""

    GOOD = "good"
    """A ROM whose checksum agrees; `model` is None for one that the table does not have."""
    SWAPPED = "swapped"
    """A ROM with its bytes in another order; corrected."""
    REPEATED = "repeated"
    """A ROM several times in succession; corrected."""
    HALF = "half"
    """Every second byte of a ROM: one of two chips."""
    CUT = "cut"
    """The beginning of a ROM."""
    LONG = "long"
    """A ROM with more bytes behind it; corrected."""
    DAMAGED = "damaged"
    """A ROM whose checksum does not agree."""
    MAC_OS = "mac-os"
    """A file "Mac OS ROM", which has no checksum of this kind."""
    WRONG = "wrong"
    """Something else; `found` says what."""


_USABLE: Final = frozenset({RomKind.GOOD, RomKind.SWAPPED, RomKind.REPEATED, RomKind.LONG, RomKind.MAC_OS})


@dataclass(frozen=True, slots=True)
class RomReport:
    """What a file is.

    Attributes:
        kind: what was found.
        model: the known ROM, None if its checksum is in no table.
        checksum: the four bytes at its beginning, in the right order.
        version: the word at offset 8.
        data: the ROM as emulators take it, in the right order and length; None if it cannot be used.
        found: what a file is that is no ROM, such as "a disk image".
    """

    kind: RomKind
    model: RomModel | None = None
    checksum: int = 0
    version: int = 0
    data: bytes | None = None
    found: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether `data` is a whole ROM."""
        return self.kind in _USABLE

    @property
    def name(self) -> str:
        """Which Macs had it, for people."""
        return self.model.macs if self.model is not None else "a Mac that is not in the list"


def identify_rom(data: bytes) -> RomReport:
    """Return what the bytes of a file are."""
    if data.startswith(_NEW_WORLD):
        return RomReport(RomKind.MAC_OS, data=data)
    for kind, candidate in _readings(data):
        if _is_rom(candidate):
            return _report(kind, candidate)
    return _incomplete(data) or RomReport(RomKind.WRONG, found=describe_wrong_file(data))


def checksum_agrees(data: bytes) -> bool:
    """Return whether the first four bytes are the sum of the words behind them that they cover."""
    if len(data) <= _HEADER or len(data) % 2:
        return False
    spans = {len(data), _CHECKSUM_SPANS.get((_version(data), len(data)), len(data))}
    return any(word_sum(data[4:span]) == _long(data) for span in spans)


def word_sum(data: bytes) -> int:
    """Return the sum of the big-endian 16-bit words in 32 bits."""
    return int(np.frombuffer(data, ">u2").sum(dtype=np.uint64)) & 0xFFFFFFFF


def join_halves(high: bytes, low: bytes) -> bytes:
    """Return the ROM of two chips: `high` has its even bytes, `low` its odd ones. Raises ValueError."""
    if len(high) != len(low):
        raise ValueError("the halves of a ROM have the same length")
    joined = np.empty((len(high), 2), np.uint8)
    joined[:, 0], joined[:, 1] = np.frombuffer(high, np.uint8), np.frombuffer(low, np.uint8)
    return joined.tobytes()


def _readings(data: bytes) -> Iterator[tuple[RomKind, bytes]]:
    """Yield the file as it is, and as it would be in the right order and length."""
    yield RomKind.GOOD, data
    if len(data) % 4 == 0:
        yield RomKind.SWAPPED, _swapped(data, "u2")
        yield RomKind.SWAPPED, _swapped(data, "u4")
    for size in sorted(ROM_SIZES):
        if size < len(data):
            repeated = len(data) % size == 0 and data == data[:size] * (len(data) // size)
            yield (RomKind.REPEATED if repeated else RomKind.LONG), data[:size]


def _is_rom(data: bytes) -> bool:
    """Return whether it is whole: the size of a ROM, a checksum that agrees, and that of the model's size."""
    model = ROM_MODELS.get(_long(data)) if len(data) >= _HEADER else None
    right_size = len(data) == model.size if model is not None else len(data) in ROM_SIZES
    known = model is not None or _version(data) in _VERSIONS
    return right_size and known and checksum_agrees(data)


def _incomplete(data: bytes) -> RomReport | None:
    """Return the report about a part of a ROM, or a damaged one; None if nothing speaks for a ROM."""
    if len(data) < _HEADER:
        return None
    for candidate in (data, _swapped(data, "u2")):
        if (model := ROM_MODELS.get(_long(candidate))) is not None:
            kind = RomKind.CUT if len(data) < model.size else RomKind.DAMAGED
            return RomReport(kind, model, model.checksum, _version(candidate))
    if (half := _half_of(data)) is not None:
        return RomReport(RomKind.HALF, half, half.checksum, half.version)
    if len(data) in ROM_SIZES and _version(data) in _VERSIONS:
        return RomReport(RomKind.DAMAGED, None, _long(data), _version(data))
    return None


def _swapped(data: bytes, word: str) -> bytes:
    """Return the bytes of each word (numpy's "u2" or "u4") in the other order, without an incomplete one."""
    whole = len(data) - len(data) % np.dtype(word).itemsize
    return np.frombuffer(data[:whole], f"<{word}").astype(f">{word}").tobytes()


def _half_of(data: bytes) -> RomModel | None:
    """Return the model of whose ROM these are the even or the odd bytes."""
    for model in ROM_MODELS.values():
        checksum, version = model.checksum.to_bytes(4, "big"), model.version.to_bytes(2, "big")
        for lane in (0, 1):
            begins = data[:2] == checksum[lane::2] and data[4] == version[lane]
            if begins and len(data) == model.size // 2:
                return model
    return None


def _report(kind: RomKind, data: bytes) -> RomReport:
    return RomReport(kind, ROM_MODELS.get(_long(data)), _long(data), _version(data), data)


def _long(data: bytes) -> int:
    return int.from_bytes(data[:4], "big")


def _version(data: bytes) -> int:
    return int.from_bytes(data[8:10], "big")
