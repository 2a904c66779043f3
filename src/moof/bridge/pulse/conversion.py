"""Turns a program's samples into the contract's: signed 16-bit big endian, mono or stereo, at most 48 kHz.

`moof.media.resample` is loaded only by a stream that needs it: it would double the time in which a bridge
starts.
"""

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from moof.bridge.pulse.channel_map import mixing_weights
from moof.bridge.pulse.sample_format import PulseSampleFormat, Samples, SampleSpec, to_samples
from moof.media.pcm import to_s16be

if TYPE_CHECKING:
    from moof.media.resample import Resampler

HIGHEST_PLAYED_RATE: Final = 48_000
_FILTER_SAMPLES: Final = 512
"""More input than the resampler's filter holds back, at four times 48 kHz."""


class Converter:
    """Converts one stream, block by block. Its sound leaves at `rate` Hz in `channels` channels."""

    def __init__(self, spec: SampleSpec, positions: bytes) -> None:
        """Convert from `spec`; `positions` has one channel position for each of its channels."""
        self.spec = spec
        self._weights = mixing_weights(positions)
        self._resampler = _resampler(spec) if spec.rate > HIGHEST_PLAYED_RATE else None
        self._rest = np.empty((0, 2), np.int16)
        self.rate = min(spec.rate, HIGHEST_PLAYED_RATE)
        self.channels = 1 if spec.channels == 1 and self._resampler is None else 2

    def convert(self, raw: bytes, frames: int, gain: float = 1.0) -> bytes:
        """Return at most `frames` of the contract's for whole frames of the program's, times `gain`.

        What resampling has left over is returned first the next time.
        """
        unchanged = self._weights is None and self._resampler is None and gain == 1.0
        if unchanged and self.spec.format is PulseSampleFormat.S16BE:
            return raw
        samples = _rounded(self._mixed(raw) * np.float32(gain))
        if self._resampler is not None:
            samples = np.concatenate([self._rest, self._resampler.push(samples)])
            samples, self._rest = samples[:frames], samples[frames:]
        return to_s16be(samples)

    def _mixed(self, raw: bytes) -> Samples:
        """Return the samples, float32 (n, 1 or 2)."""
        samples = to_samples(raw, self.spec.format).reshape(-1, self.spec.channels)
        return samples if self._weights is None else samples @ self._weights


def _rounded(samples: Samples) -> NDArray[np.int16]:
    return np.clip(np.rint(samples), -32768, 32767).astype(np.int16)


def _resampler(spec: SampleSpec) -> "Resampler":
    from moof.media.resample import Resampler

    channels = min(spec.channels, 2)
    resampler = Resampler(spec.rate, channels)
    # Silence fills the filter: from now on each input gives as much output.
    resampler.push(np.zeros((_FILTER_SAMPLES, channels), np.int16))
    return resampler
