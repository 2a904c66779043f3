"""A playback stream: what a program has written, and how much more it may write. Pure.

There is one clock, the server's, and it pulls: what is taken out is asked for again, byte for byte, so the
program runs exactly as fast as the sound is heard, and nothing can pile up. `target` is how much lies ready
right after that: one pull, which is the least that cannot run dry, and no more than the program offers. A
program that only writes in larger pieces than it is asked for shows by leaving us short; then the target
grows to what it needs.
"""

import logging
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

import numpy as np

from moof.media.pcm import s16be_from_u8

LOG = logging.getLogger(__name__)

LOWEST_RATE: Final = 4000
HIGHEST_RATE: Final = 48_000
MOST_CHANNELS: Final = 2
_PULL_SECONDS: Final = 0.020
_MOST_SECONDS: Final = 0.5
"""Of sound that may ever lie ready."""


class PulseSampleFormat(Enum):
    """How a program writes samples, by the protocol's codes (pulse/sample.h): the ones that can be played."""

    U8 = 0
    S16LE = 3
    S16BE = 4
    FLOAT32LE = 5

    @property
    def size(self) -> int:
        """Bytes of a sample."""
        return {PulseSampleFormat.U8: 1, PulseSampleFormat.FLOAT32LE: 4}.get(self, 2)


@dataclass(frozen=True, slots=True)
class SampleSpec:
    """Format, channels (1, 2) and rate in Hz."""

    format: PulseSampleFormat
    channels: int
    rate: int

    @property
    def frame(self) -> int:
        """Bytes of one sample of every channel."""
        return self.format.size * self.channels

    def bytes_of(self, seconds: float) -> int:
        """Bytes that so much sound takes, in whole frames."""
        return round(seconds * self.rate) * self.frame


@dataclass(slots=True)
class PlaybackStream:
    """One playback stream of one program; sizes are in bytes of its own format."""

    spec: SampleSpec
    tlength: int
    """How much the program would like to have ready, at most."""
    corked: bool = False
    granted: int = 0
    written: int = 0
    taken: int = 0
    """Since the start: what it may write, what it wrote, what was taken out or thrown away."""
    short: int = 0
    """How many pulls found too little."""
    _target: int = 0
    _data: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self._target = min(self.tlength, self.spec.bytes_of(_PULL_SECONDS)) or self.spec.frame

    @property
    def ready(self) -> int:
        """Bytes that can be taken."""
        return len(self._data)

    def write(self, data: bytes) -> None:
        """Keep what the program wrote; what goes far beyond any grant is dropped, oldest first."""
        self._data += data
        self.written += len(data)
        excess = len(self._data) - self.spec.bytes_of(_MOST_SECONDS) - max(self.tlength, self._target)
        if excess > 0:
            excess += -excess % self.spec.frame
            del self._data[:excess]
            self.taken += excess
            LOG.debug("A program wrote %d bytes that nobody had asked for.", excess)

    def take(self, frames: int) -> bytes:
        """Take out so many frames, or what there is of them, as the contract has them: S16, big endian."""
        wanted = frames * self.spec.frame
        size = min(wanted, len(self._data) // self.spec.frame * self.spec.frame)
        if size < wanted:
            self._came_up_short(wanted)
        raw = bytes(self._data[:size])
        del self._data[:size]
        self.taken += size
        return to_s16be(raw, self.spec.format)

    def grant(self) -> int:
        """Return how much more the program may write now, which it should be told; 0 for nothing.

        In all it may write what was taken, and the target. That a program wrote more than it was granted, as
        SDL does at times, is in its own account, too: it must not be held against it twice.
        """
        more = self._target + self.taken - self.granted
        more -= more % self.spec.frame
        if self.corked or more <= 0:
            return 0
        self.granted += more
        return more

    def cork(self, corked: bool) -> None:
        """Stop or go on."""
        self.corked = corked

    def flush(self) -> None:
        """Throw away what lies ready."""
        self.taken += len(self._data)
        self._data.clear()

    def set_tlength(self, tlength: int) -> None:
        """The program would like to have so much ready."""
        self.tlength = tlength
        self._target = max(self._target, min(tlength, self.spec.bytes_of(_PULL_SECONDS)))

    def _came_up_short(self, wanted: int) -> None:
        """A pull found too little: ask for more at a time, up to what the program wishes plus a pull."""
        self.short += 1
        limit = max(self.tlength, wanted) + wanted
        if self._target < wanted:
            self._target = wanted
        elif self.granted > self.written and self._target < limit:
            self._target = min(limit, max(self.tlength, self._target + wanted))


def to_s16be(raw: bytes, sample_format: PulseSampleFormat) -> bytes:
    """Return samples as signed 16 bit, big endian, whatever they were."""
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
