"""A playback stream: buffers what a program has written and computes how much more it may write. Pure.

The only clock is the server's: what it takes out is requested again, byte for byte, so that the program runs
exactly as fast as the sound is played, and the buffer cannot grow. `_target` is the buffer level right after
that: one request of the server, which is the least that does not underrun, and at most the program's tlength.
    A program that only writes in larger blocks than requested causes an underrun; then the target grows to
    what it needs.
"""

import logging
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

import numpy as np

from moof.media.pcm import s16be_from_u8

LOG: Final = logging.getLogger(__name__)

LOWEST_RATE: Final = 4000
HIGHEST_RATE: Final = 48_000
MAX_CHANNELS: Final = 2
_PULL_SECONDS: Final = 0.020
_MAX_SECONDS: Final = 0.5
"""Most seconds of sound in the buffer."""


class PulseSampleFormat(Enum):
    """The supported sample formats, by the protocol's codes (pulse/sample.h)."""

    U8 = 0
    S16LE = 3
    S16BE = 4
    FLOAT32LE = 5

    @property
    def size(self) -> int:
        """Bytes a sample."""
        return {PulseSampleFormat.U8: 1, PulseSampleFormat.FLOAT32LE: 4}.get(self, 2)


@dataclass(frozen=True, slots=True)
class SampleSpec:
    """Format, channels (1, 2) and rate in Hz."""

    format: PulseSampleFormat
    channels: int
    rate: int

    @property
    def frame(self) -> int:
        """Bytes a frame: one sample of every channel."""
        return self.format.size * self.channels

    def bytes_of(self, seconds: float) -> int:
        """Return the bytes of so much sound, in whole frames."""
        return round(seconds * self.rate) * self.frame


@dataclass(slots=True)
class PlaybackStream:
    """One playback stream of one program; sizes are in bytes of its own format."""

    spec: SampleSpec
    tlength: int
    """Target buffer length that the program asks for."""
    corked: bool = False
    granted: int = 0
    written: int = 0
    taken: int = 0
    """Since the start: bytes requested of the program, written by it, and taken out or dropped."""
    underruns: int = 0
    """Number of requests of the server that found too little."""
    _target: int = 0
    _data: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self._target = min(self.tlength, self.spec.bytes_of(_PULL_SECONDS)) or self.spec.frame

    @property
    def ready(self) -> int:
        """Bytes in the buffer."""
        return len(self._data)

    def write(self, data: bytes) -> None:
        """Buffer what the program wrote; what exceeds all requests by far is dropped, oldest first."""
        self._data += data
        self.written += len(data)
        excess = len(self._data) - self.spec.bytes_of(_MAX_SECONDS) - max(self.tlength, self._target)
        if excess > 0:
            excess += -excess % self.spec.frame
            del self._data[:excess]
            self.taken += excess
            LOG.debug("A program wrote %d bytes more than requested.", excess)

    def take(self, frames: int) -> bytes:
        """Take out at most so many frames, in the contract's format: S16, big endian."""
        wanted = frames * self.spec.frame
        size = min(wanted, len(self._data) // self.spec.frame * self.spec.frame)
        if size < wanted:
            self._underrun(wanted)
        raw = bytes(self._data[:size])
        del self._data[:size]
        self.taken += size
        return to_s16be(raw, self.spec.format)

    def grant(self) -> int:
        """Return how many more bytes to request of the program now, 0 for none.

        In total it may write what was taken, plus the target. A program that wrote more than requested, as
        SDL sometimes does, counts that itself as well, so it must not be subtracted here again.
        """
        more = self._target + self.taken - self.granted
        more -= more % self.spec.frame
        if self.corked or more <= 0:
            return 0
        self.granted += more
        return more

    def cork(self, corked: bool) -> None:
        """Pause or resume the stream."""
        self.corked = corked

    def flush(self) -> None:
        """Drop what is in the buffer."""
        self.taken += len(self._data)
        self._data.clear()

    def set_tlength(self, tlength: int) -> None:
        """Set the target buffer length that the program asks for."""
        self.tlength = tlength
        self._target = max(self._target, min(tlength, self.spec.bytes_of(_PULL_SECONDS)))

    def _underrun(self, wanted: int) -> None:
        """Raise the target after an underrun, at most to the program's tlength plus one request."""
        self.underruns += 1
        limit = max(self.tlength, wanted) + wanted
        if self._target < wanted:
            self._target = wanted
        elif self.granted > self.written and self._target < limit:
            self._target = min(limit, max(self.tlength, self._target + wanted))


def to_s16be(raw: bytes, sample_format: PulseSampleFormat) -> bytes:
    """Return samples of any supported format as signed 16-bit big endian."""
    match sample_format:
        case PulseSampleFormat.U8:
            return s16be_from_u8(raw)
        case PulseSampleFormat.S16LE:
            return np.frombuffer(raw, "<i2").astype(">i2").tobytes()
        case PulseSampleFormat.S16BE:
            return raw
        case PulseSampleFormat.FLOAT32LE:
            samples = np.nan_to_num(np.frombuffer(raw, "<f4")) * 32768.0
            return bytes(np.clip(np.rint(samples), -32768, 32767).astype(">i2").data)
