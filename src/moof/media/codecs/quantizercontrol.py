"""Which quantiser the next picture gets: as fine as the bitrate allows, judged by what the last ones cost.

A bucket holds a fifteenth of a second of the highest bitrate and leaks at the present one. A picture may fill
half of the room beyond its own share, so that quality changes gently; a key frame may fill the bucket. What
a picture will cost at each quantiser is the sum of two guesses, corrected by each picture's true size:

- Its changed macroblocks cost so much each. More of them than lately are something new (a window opens, a
  drag begins), which has a price of its own.
- Those that stayed as they were, but coarser than the new quantiser, are refined at so much for each step. A
  few steps a picture are cheaper than all at once: refined patterns are copied from one place to the next.

No encoder in here: macroblocks, seconds and bits go in, quantisers (x264's: 0 is exact, 51 coarse, more
leaves details out) come out.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FINEST, COARSEST, COARSEST_KEY = 10, 54, 65
QUANTIZERS = COARSEST_KEY + 1
BUCKET_SECONDS = 1 / 15

_KEY_FILL = 0.9
"""Of the bucket, what a key frame aims at: the guess has to be wrong sometimes."""
_KEPT = 0.5
"""Of the room beyond a picture's share, what is kept for the next ones."""
_HALF_LIFE = 0.5
"""Seconds after which half as many changed macroblocks are something new."""
_RISE, _FALL = 0.7, 0.4
"""How much of an error a guess takes over at once, when a picture cost more than that, or less."""
_NOTICED = 0.2
"""A guess is left alone by pictures to whose cost it contributed less."""
_MOST_STEPS = 6
"""Finer than before, however cheap it looks: what one quantiser costs tells little of a much finer one."""
_LEAST_STEP_BITS, _MOST_STEP_BITS = 2.0, 60.0
_HEADER_BITS = 300
_MOST_SECONDS = 2 * BUCKET_SECONDS
"""Of the present bitrate, what a picture may take when the bucket, made for the highest, has more room."""
_NEW_SHARE, _LEAST_NEW_SHARE = 0.6, 0.25
"""Of what key frames cost: what something new is taken to cost before there was any, and at least."""
_NOTABLE_SHARE = 1 / 16
"""Of the macroblocks: something new that is smaller than this tells nothing of the next."""

# Bits of a dithered desktop at these quantisers, beside those at the finest one (measured).
_KNOTS = (10, 16, 22, 28, 34, 40, 46, 50, 51, 54, 63, 65)
_COST = (1.0, 0.8, 0.61, 0.48, 0.33, 0.24, 0.155, 0.11, 0.065, 0.045, 0.04, 0.02)
_SHAPE: NDArray[np.float64] = np.interp(np.arange(QUANTIZERS), _KNOTS, _COST)


@dataclass(frozen=True)
class Work:
    """What a picture has to show.

    Attributes:
        changed: macroblocks that changed.
        coarse: int (QUANTIZERS,), how many of the others are as coarse as each quantiser.
    """

    changed: int
    coarse: NDArray[np.int64] = field(default_factory=lambda: np.zeros(QUANTIZERS, np.int64))

    def steps(self) -> NDArray[np.float64]:
        """For each quantiser, by how many steps the macroblocks coarser than that are refined, in all."""
        coarser = np.cumsum(self.coarse[::-1])[::-1]
        owed = np.zeros(QUANTIZERS)
        owed[:-1] = np.cumsum(coarser[:0:-1])[::-1]
        return owed


class QuantizerControl:
    """The quantisers of one stream.

    Args:
        bitrate: bits a second, the most there will be.
        fps: the most pictures a second.
        macroblocks: of a picture.

    Attributes:
        bitrate: bits a second, to be set anew between any two pictures.
        capacity: bits that the bucket holds.
    """

    def __init__(self, bitrate: int, fps: int, macroblocks: int) -> None:
        self.bitrate = bitrate
        self._fps, self._macroblocks = fps, macroblocks
        self.capacity = bitrate * BUCKET_SECONDS
        self._level = 0.0  # bits; more than the capacity is a debt
        self._lately = 0.0  # changed macroblocks
        # Bits a macroblock at the finest quantiser: of key frames, of changes as lately, of something new.
        self._key_bits, self._change_bits, self._new_bits = 800.0, 100.0, 0.0
        self._step_bits = 20.0
        self._last = FINEST

    def pass_time(self, seconds: float) -> None:
        """Let the bucket leak; what changed lately becomes less certain."""
        self._level = max(0.0, self._level - self.bitrate * seconds)
        self._lately *= 0.5 ** (seconds / _HALF_LIFE)

    def key(self, coarser_than: int = FINEST - 1) -> int:
        """The quantiser of a key frame, which is made again, coarser, for as long as it does not fit."""
        guess = self._key_bits * self._macroblocks * _SHAPE
        quantizer = _finest(guess, self.capacity * _KEY_FILL, COARSEST_KEY)
        return max(quantizer, min(coarser_than + 1, COARSEST_KEY))

    def key_fits(self, bits: int, quantizer: int) -> bool:
        """Learn from an encoded key frame; whether it may be sent."""
        self._key_bits = bits / (self._macroblocks * float(_SHAPE[quantizer]))
        return bits <= self.capacity or quantizer >= COARSEST_KEY

    def key_sent(self, bits: int) -> None:
        """A key frame went out."""
        self._level += bits
        self._lately = 0.0
        self._new_bits = max(self._new_bits or self._key_bits * _NEW_SHARE, self._least_new_bits)

    def next(self, work: Work) -> int:
        """The quantiser of a picture that is not a key frame."""
        share = self.bitrate / self._fps
        room = self.capacity - self._level
        allowed = room if room < share else share + (room - share) * _KEPT
        allowed = min(allowed, self.bitrate * _MOST_SECONDS)
        steps = work.steps()
        changes = self._bits_for_changes(work.changed) * _SHAPE
        quantizer = _finest(_HEADER_BITS + changes + steps * self._step_bits, allowed, COARSEST)
        if work.changed > _NOTABLE_SHARE * self._macroblocks:
            quantizer = max(quantizer, self._last - _MOST_STEPS)
        if not work.coarse.any():
            return quantizer
        coarsest = int(np.flatnonzero(work.coarse)[-1])
        if self._level < share:  # whatever the guess: with nothing to lose a step is tried
            quantizer = min(quantizer, coarsest - 1)
        return min(max(quantizer, coarsest - _MOST_STEPS), COARSEST)

    def sent(self, work: Work, quantizer: int, bits: int) -> None:
        """Learn from an encoded picture that is not a key frame."""
        self._level += bits
        self._last = quantizer
        steps = float(work.steps()[quantizer])
        changes = self._bits_for_changes(work.changed) * float(_SHAPE[quantizer])
        refining = steps * self._step_bits
        ratio = max(0, bits - _HEADER_BITS) / max(1.0, changes + refining)
        if refining > _NOTICED * (changes + refining):
            learnt = _towards(self._step_bits, self._step_bits * ratio)
            self._step_bits = min(max(learnt, _LEAST_STEP_BITS), _MOST_STEP_BITS)
        if changes > _NOTICED * (changes + refining):
            self._learn_changes(work.changed, ratio)
        self._lately = max(self._lately, work.changed)

    @property
    def _least_new_bits(self) -> float:
        return self._key_bits * _LEAST_NEW_SHARE

    def _bits_for_changes(self, changed: int) -> float:
        """At the finest quantiser."""
        known = min(changed, self._lately)
        return known * self._change_bits + (changed - known) * self._new_bits

    def _learn_changes(self, changed: int, ratio: float) -> None:
        each = self._bits_for_changes(changed) / changed
        self._change_bits = _towards(each, each * ratio)
        if changed > max(2 * self._lately, _NOTABLE_SHARE * self._macroblocks):
            self._new_bits = max(_towards(self._new_bits, self._new_bits * ratio), self._least_new_bits)


def _finest(bits: NDArray[np.float64], allowed: float, coarsest: int) -> int:
    """The finest quantiser whose bits, fewer for each coarser one, are allowed; the coarsest if none is."""
    fitting = np.flatnonzero(bits[FINEST:coarsest] <= allowed)
    return FINEST + int(fitting[0]) if fitting.size else coarsest


def _towards(guess: float, seen: float) -> float:
    return max(1.0, guess + (seen - guess) * (_RISE if seen > guess else _FALL))
