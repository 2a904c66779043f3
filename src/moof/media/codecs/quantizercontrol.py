"""Rate control: chooses each picture's quantiser, as fine as the bitrate allows, by the sizes of the last.

A leaky bucket holds a fifteenth of a second of the highest bitrate and leaks at the present one. A picture
may fill half of the space beyond its own share, so that quality changes gradually; a key frame may fill the
bucket. The size of a picture at each quantiser is the sum of two estimates, corrected by each picture's
actual size:

- Each changed macroblock costs a number of bits. Macroblocks beyond the recent number are new content (a
  window opens, a drag begins), with an estimate of their own.
- Each unchanged macroblock that is coarser than the new quantiser is refined, at a number of bits for each
  step. A few steps a picture are cheaper than all at once: refined patterns are copied within the picture.

This file contains no encoder: its input is macroblocks, seconds and bits, its output quantisers (x264's: 0 is
exact, 51 coarse, more drops coefficients).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

FINEST, COARSEST, COARSEST_KEY = 10, 54, 65
QUANTIZERS = COARSEST_KEY + 1
BUCKET_SECONDS = 1 / 15

_KEY_FILL = 0.9
"""Share of the bucket that a key frame aims at, since the estimate is sometimes wrong."""
_KEPT = 0.5
"""Part of the space beyond a picture's share that is kept for the next ones."""
_HALF_LIFE = 0.5
"""Seconds in which the recent number of changed macroblocks is halved."""
_RISE, _FALL = 0.7, 0.4
"""Part of an error by which an estimate is corrected, if a picture took more bits, or fewer."""
_NOTICED = 0.2
"""An estimate is not corrected by pictures to whose size it contributed less."""
_MAX_STEPS = 6
"""Most steps finer than before: the size at one quantiser says little about a much finer one."""
_MIN_STEP_BITS, _MAX_STEP_BITS = 2.0, 60.0
_HEADER_BITS = 300
_MAX_SECONDS = 2 * BUCKET_SECONDS
"""Seconds of the present bitrate that a picture may take at most, however much space the bucket has."""
_NEW_SHARE, _MIN_NEW_SHARE = 0.6, 0.25
"""Initial and least cost of new content, relative to a key frame's."""
_NOTABLE_SHARE = 1 / 16
"""Share of the macroblocks: smaller new content does not correct the estimate."""

# Bits of a dithered desktop at these quantisers, relative to the finest one (measured).
_KNOTS = (10, 16, 22, 28, 34, 40, 46, 50, 51, 54, 63, 65)
_COST = (1.0, 0.8, 0.61, 0.48, 0.33, 0.24, 0.155, 0.11, 0.065, 0.045, 0.04, 0.02)
_SHAPE: NDArray[np.float64] = np.interp(np.arange(QUANTIZERS), _KNOTS, _COST)


@dataclass(frozen=True)
class CostModel:
    """What a codec's pictures cost.

    Attributes:
        shape: float64 (QUANTIZERS,), bits of a key frame at each quantiser, relative to the finest one.
        bucket_seconds: seconds of the highest bitrate that the bucket holds, which a key frame may take.
    """

    shape: NDArray[np.float64]
    bucket_seconds: float


H264_COST: Final = CostModel(_SHAPE, BUCKET_SECONDS)


_NO_STEPS: NDArray[np.float64] = np.zeros(QUANTIZERS)


@dataclass(frozen=True)
class Work:
    """The macroblocks of one picture.

    Attributes:
        changed: macroblocks that changed.
        coarse: int (QUANTIZERS,), how many of the others have each quantiser; None: they are all fine.
    """

    changed: int
    coarse: NDArray[np.int64] | None = None

    @cached_property
    def steps(self) -> NDArray[np.float64]:
        """For each quantiser the sum of steps by which coarser macroblocks are refined."""
        if self.coarse is None:
            return _NO_STEPS
        coarser = np.cumsum(self.coarse[::-1])[::-1]
        owed = np.zeros(QUANTIZERS)
        owed[:-1] = np.cumsum(coarser[:0:-1])[::-1]
        return owed


class QuantizerControl:
    """Chooses the quantisers of one stream.

    Args:
        bitrate: bits a second, the maximum.
        fps: the most pictures a second.
        macroblocks: of a picture.
        cost: of the codec's pictures.

    Attributes:
        bitrate: bits a second; may be changed between any two pictures.
        finest: the finest quantiser that is chosen.
        capacity: bits that the bucket holds.
    """

    def __init__(self, bitrate: int, fps: int, macroblocks: int, cost: CostModel = H264_COST) -> None:
        self.bitrate = bitrate
        self.finest = FINEST
        self._bucket_seconds = cost.bucket_seconds
        self._shape = cost.shape
        self._fps, self._macroblocks = fps, macroblocks
        self.capacity = bitrate * cost.bucket_seconds
        self._level = 0.0  # bits; may exceed the capacity
        self._recent = 0.0  # changed macroblocks
        # Bits a macroblock at the finest quantiser: of key frames, of recent changes, of new content.
        self._key_bits, self._change_bits, self._new_bits = 800.0, 100.0, 0.0
        self._step_bits = 20.0
        self._last = FINEST

    def set_quality(self, bitrate: int, finest: int) -> None:
        """Take another maximum of bits a second, and no finer quantiser than this."""
        self.bitrate, self.finest = bitrate, finest
        self.capacity = bitrate * self._bucket_seconds

    def pass_time(self, seconds: float) -> None:
        """Leak the bucket; reduce the recent number of changed macroblocks."""
        self._level = max(0.0, self._level - self.bitrate * seconds)
        self._recent *= 0.5 ** (seconds / _HALF_LIFE)

    def key(self, coarser_than: int = FINEST - 1) -> int:
        """Return the quantiser of a key frame; a coarser one as long as the frame does not fit."""
        estimate = self._key_bits * self._macroblocks * self._shape
        quantizer = max(self.finest, _finest(estimate, self.capacity * _KEY_FILL, COARSEST_KEY))
        return max(quantizer, min(coarser_than + 1, COARSEST_KEY))

    def key_fits(self, bits: int, quantizer: int) -> bool:
        """Correct the estimate by an encoded key frame; return whether it may be sent."""
        self._key_bits = bits / (self._macroblocks * float(self._shape[quantizer]))
        return bits <= self.capacity or quantizer >= COARSEST_KEY

    def key_sent(self, bits: int) -> None:
        """Count a key frame that is sent."""
        self._level += bits
        self._recent = 0.0
        self._new_bits = max(self._new_bits or self._key_bits * _NEW_SHARE, self._least_new_bits)

    def next(self, work: Work) -> int:
        """Return the quantiser of a picture that is not a key frame."""
        share = self.bitrate / self._fps
        space = self.capacity - self._level
        allowed = space if space < share else share + (space - share) * _KEPT
        allowed = min(allowed, self.bitrate * _MAX_SECONDS)
        bits = _HEADER_BITS + self._bits_for_changes(work.changed) * self._shape
        if work.coarse is not None:
            bits += work.steps * self._step_bits
        quantizer = _finest(bits, allowed, COARSEST)
        if work.changed > _NOTABLE_SHARE * self._macroblocks:
            quantizer = max(quantizer, self._last - _MAX_STEPS)
        if work.coarse is None or not work.coarse.any():
            return max(quantizer, self.finest)
        coarsest = int(np.flatnonzero(work.coarse)[-1])
        if self._level < share:  # the bucket is nearly empty: a step is tried whatever the estimate
            quantizer = min(quantizer, coarsest - 1)
        return min(max(quantizer, coarsest - _MAX_STEPS, self.finest), COARSEST)

    def sent(self, work: Work, quantizer: int, bits: int) -> None:
        """Count an encoded picture that is not a key frame, and correct the estimates by it."""
        self._level += bits
        self._last = quantizer
        steps = float(work.steps[quantizer])
        changes = self._bits_for_changes(work.changed) * float(self._shape[quantizer])
        refining = steps * self._step_bits
        ratio = max(0, bits - _HEADER_BITS) / max(1.0, changes + refining)
        if refining > _NOTICED * (changes + refining):
            corrected = _towards(self._step_bits, self._step_bits * ratio)
            self._step_bits = min(max(corrected, _MIN_STEP_BITS), _MAX_STEP_BITS)
        if changes > _NOTICED * (changes + refining):
            self._correct_changes(work.changed, ratio)
        self._recent = max(self._recent, work.changed)

    @property
    def _least_new_bits(self) -> float:
        return self._key_bits * _MIN_NEW_SHARE

    def _bits_for_changes(self, changed: int) -> float:
        """Return the estimate at the finest quantiser."""
        known = min(changed, self._recent)
        return known * self._change_bits + (changed - known) * self._new_bits

    def _correct_changes(self, changed: int, ratio: float) -> None:
        each = self._bits_for_changes(changed) / changed
        self._change_bits = _towards(each, each * ratio)
        if changed > max(2 * self._recent, _NOTABLE_SHARE * self._macroblocks):
            self._new_bits = max(_towards(self._new_bits, self._new_bits * ratio), self._least_new_bits)


def _finest(bits: NDArray[np.float64], allowed: float, coarsest: int) -> int:
    """Return the finest quantiser whose bits are allowed, the coarsest if none is."""
    fitting = bits[FINEST:coarsest] <= allowed
    first = int(fitting.argmax())
    return FINEST + first if fitting[first] else coarsest


def _towards(estimate: float, seen: float) -> float:
    return max(1.0, estimate + (seen - estimate) * (_RISE if seen > estimate else _FALL))
