"""The sample formats of the protocol (pulse/sample.h), and how each becomes numbers. Pure."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Samples in units of the contract's 16 bits: -32768 to 32767."""

LOWEST_RATE: Final = 4_000
HIGHEST_RATE: Final = 192_000
MAX_CHANNELS: Final = 32
"""PulseAudio's own limit (pulse/sample.h)."""
_LOUDEST: Final = np.float32(256)
"""Full scale is 1. More than that is clipped at the end, after volume and mixing."""


class PulseSampleFormat(Enum):
    """The protocol's codes; the names as they are in format properties, in capitals."""

    U8 = 0
    ALAW = 1
    ULAW = 2
    S16LE = 3
    S16BE = 4
    FLOAT32LE = 5
    FLOAT32BE = 6
    S32LE = 7
    S32BE = 8
    S24LE = 9
    S24BE = 10
    S24_32LE = 11
    S24_32BE = 12

    @property
    def size(self) -> int:
        """Bytes per sample."""
        return _SIZES[self]

    @property
    def text(self) -> str:
        """The format's name in properties, such as `s16le` and `s24-32le` (pulse/sample.c)."""
        return {PulseSampleFormat.ALAW: "aLaw", PulseSampleFormat.ULAW: "uLaw"}.get(
            self, self.name.lower().replace("_", "-")
        )


@dataclass(frozen=True, slots=True)
class SampleSpec:
    """Format, channels (1 to 32) and rate in Hz."""

    format: PulseSampleFormat
    channels: int
    rate: int

    def __str__(self) -> str:
        return f"{self.format.text}, {self.channels} channels, {self.rate} Hz"

    @property
    def frame(self) -> int:
        """Bytes per frame: one sample of every channel."""
        return self.format.size * self.channels

    def silence(self, size: int) -> bytes:
        """Return so many bytes of silence."""
        return _SILENCE.get(self.format, b"\0") * size

    def bytes_of(self, seconds: float) -> int:
        """Return the bytes of so much sound, in whole frames."""
        return round(seconds * self.rate) * self.frame


def to_samples(raw: bytes, sample_format: PulseSampleFormat) -> Samples:
    """Return whole samples of any format as numbers; what is not a number is 0."""
    if sample_format in _TABLES:
        return _TABLES[sample_format][np.frombuffer(raw, np.uint8)]
    if sample_format in (PulseSampleFormat.S24LE, PulseSampleFormat.S24BE):
        return _from_packed(raw, big_endian=sample_format is PulseSampleFormat.S24BE)
    numbers = np.frombuffer(raw, _DTYPES[sample_format])
    match numbers.dtype.kind, sample_format:
        case "f", _:
            return np.clip(np.nan_to_num(numbers.astype(np.float32)), -_LOUDEST, _LOUDEST) * np.float32(32768)
        case _, PulseSampleFormat.S24_32LE | PulseSampleFormat.S24_32BE:
            # The upper 8 bits have no meaning.
            return (numbers.astype(np.int32) << 8).astype(np.float32) / np.float32(65536)
        case _, PulseSampleFormat.S32LE | PulseSampleFormat.S32BE:
            return numbers.astype(np.float32) / np.float32(65536)
    return numbers.astype(np.float32)


def _from_packed(raw: bytes, big_endian: bool) -> Samples:
    """Return samples of three bytes each as numbers."""
    packed = np.frombuffer(raw, np.uint8).reshape(-1, 3)
    wide = np.zeros((len(packed), 4), np.uint8)
    wide[:, 1:] = packed[:, ::-1] if big_endian else packed
    return wide.view("<i4")[:, 0].astype(np.float32) / np.float32(65536)


def _mu_law() -> Samples:
    """Return the 256 values of ITU-T G.711's µ-law."""
    code = ~np.arange(256) & 0xFF
    value = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -value, value).astype(np.float32)


def _a_law() -> Samples:
    """Return the 256 values of ITU-T G.711's A-law."""
    code = np.arange(256) ^ 0x55
    mantissa, segment = ((code & 0x0F) << 4) + 8, (code & 0x70) >> 4
    value = np.where(segment, mantissa + 0x100 << np.maximum(segment - 1, 0), mantissa)
    return np.where(code & 0x80, value, -value).astype(np.float32)


_TABLES: Final = {
    PulseSampleFormat.U8: ((np.arange(256) - 128) * 256).astype(np.float32),
    PulseSampleFormat.ALAW: _a_law(),
    PulseSampleFormat.ULAW: _mu_law(),
}
_SILENCE: Final = {
    PulseSampleFormat.U8: b"\x80",
    PulseSampleFormat.ALAW: b"\xd5",
    PulseSampleFormat.ULAW: b"\xff",
}
_DTYPES: Final = {
    PulseSampleFormat.S16LE: "<i2",
    PulseSampleFormat.S16BE: ">i2",
    PulseSampleFormat.FLOAT32LE: "<f4",
    PulseSampleFormat.FLOAT32BE: ">f4",
    PulseSampleFormat.S32LE: "<i4",
    PulseSampleFormat.S32BE: ">i4",
    PulseSampleFormat.S24_32LE: "<i4",
    PulseSampleFormat.S24_32BE: ">i4",
}
_SIZES: Final = {
    **dict.fromkeys(_TABLES, 1),
    **dict.fromkeys((PulseSampleFormat.S24LE, PulseSampleFormat.S24BE), 3),
    **{each: np.dtype(dtype).itemsize for each, dtype in _DTYPES.items()},
}
