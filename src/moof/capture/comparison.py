"""Aligns two recordings of the same sound and compares them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moof.capture.alignment import Wave, find_lag, follow, refine, shifted
from moof.capture.wavfile import Recording
from moof.media.resample import SAMPLE_RATE, Resampler

BLOCK_SAMPLES = 2048
"""Samples that are aligned together: 43 ms at 48 kHz."""
SEARCH = 2400
_JUMP = 0.4
"""Samples; a block with a break in its middle may find half of a lost sample."""
_DAMAGED = 0.7
_SILENT = 4.0
_MARGIN = 64


@dataclass(frozen=True, slots=True)
class AlignedBlock:
    """One block of B: its start in B, its lag in A (samples, with a fraction), its fit (-1..1)."""

    start: int
    lag: float
    fit: float
    snr_db: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result, in samples of `rate` Hz. `snr_db` is infinite when nothing differs."""

    rate: float
    lag: int
    """Position of B's first sample in A."""
    compared: int
    equal: int
    snr_db: float
    breaks: tuple[int, ...]
    """Positions in B where the alignment jumps or is lost."""
    drift_ppm: float
    blocks: tuple[AlignedBlock, ...]

    @property
    def identical(self) -> bool:
        """True if no sample differs."""
        return self.equal == self.compared > 0


def compare(a: Recording, b: Recording) -> Comparison:
    """Align B within A and compare. Recordings of different rates are resampled to 48 kHz first.

    A sweep, a tune or the ramp fits at one position; a long sine fits at each of its periods.

    Raises:
        ValueError: there is no sound to align.
    """
    rate, left, right = _same_rate(a, b)
    one, other = left[:, 0].astype(np.float64), right[:, 0].astype(np.float64)
    lag = find_lag(one, other)
    blocks, equal, compared, noise, power = [], 0, 0, 0.0, 0.0
    place = float(lag)
    for start in range(max(0, -lag), len(other), BLOCK_SAMPLES):
        piece = other[start : start + BLOCK_SAMPLES]
        if len(piece) < BLOCK_SAMPLES // 8 or start + round(place) + len(piece) > len(one):
            break
        fit = 1.0
        if np.ptp(piece) > _SILENT:
            place, fit = _follow(one, piece, start, place)
        whole = round(place)
        if start + whole < 0 or start + whole + len(piece) > len(one):
            break
        same = left[start + whole : start + whole + len(piece)] == right[start : start + len(piece)]
        equal += int(np.count_nonzero(same.all(axis=1)))
        compared += len(piece)
        lost, had = _difference(one, piece, start, place)
        noise, power = noise + lost, power + had
        blocks.append(AlignedBlock(start, place, fit, _decibels(had, lost)))
    loud = [block for block in blocks if np.ptp(other[block.start : block.start + BLOCK_SAMPLES]) > _SILENT]
    breaks = _breaks(loud)
    snr = _decibels(power, noise)
    return Comparison(rate, lag, compared, equal, snr, breaks, _drift(loud), tuple(blocks))


def _same_rate(a: Recording, b: Recording) -> tuple[float, NDArray[np.int16], NDArray[np.int16]]:
    """Return both at one rate and with the same number of channels: the left one where they differ."""
    rate, left, right = float(a.rate), a.samples, b.samples
    channels = min(left.shape[1], right.shape[1])
    if a.rate != b.rate:
        rate = float(SAMPLE_RATE)
        left, right = (
            Resampler(float(sound.rate), sound.samples.shape[1]).push(sound.samples) for sound in (a, b)
        )
    return rate, left[:, :channels], right[:, :channels]


def _follow(one: Wave, piece: Wave, start: int, place: float) -> tuple[float, float]:
    """Return the piece's lag near the last one, and its fit."""
    expected = start + round(place)
    first = max(0, expected - SEARCH)
    found, fit = follow(one[first : expected + len(piece) + SEARCH], piece, expected - first)
    if fit < _DAMAGED:
        return place, fit
    if found != round(found):
        found = refine(one[first:], piece, found)
    return found + first - start, fit


def _difference(one: Wave, piece: Wave, start: int, place: float) -> tuple[float, float]:
    """Return the power of the difference and of the sound over the block."""
    whole = round(place)
    first = max(0, start + whole - _MARGIN)
    section = shifted(one[first : start + whole + len(piece) + _MARGIN], place - whole)
    wanted = section[start + whole - first :][: len(piece)]
    # The nearest whole position may be better: a peak's fraction is only estimated.
    plain = one[start + whole : start + whole + len(piece)]
    lost = min(float(((wanted - piece) ** 2).sum()), float(((plain - piece) ** 2).sum()))
    return lost, float((plain**2).sum())


def _decibels(power: float, noise: float) -> float:
    if noise == 0:
        return float("inf")
    return 10 * float(np.log10(power / noise)) if power else float("-inf")


def _jumps(blocks: list[AlignedBlock]) -> NDArray[np.bool_]:
    """Return for each block whether the alignment breaks before it. Steady drift is not a break."""
    lags = np.array([block.lag for block in blocks])
    fit = np.array([block.fit for block in blocks])
    steps = np.diff(lags)
    jumped = np.abs(steps - np.median(steps)) > _JUMP if len(steps) else np.zeros(0, np.bool_)
    return np.concatenate([[False], jumped | ((fit[1:] < _DAMAGED) & (fit[:-1] >= _DAMAGED))])[: len(lags)]


def _breaks(blocks: list[AlignedBlock]) -> tuple[int, ...]:
    """Return the starts of the blocks that begin a break; adjacent ones are the same break."""
    jumps = _jumps(blocks)
    return tuple(
        block.start
        for number, block in enumerate(blocks)
        if jumps[number] and not (number and jumps[number - 1])
    )


def _drift(blocks: list[AlignedBlock]) -> float:
    """Return how much faster A's clock runs than B's, in ppm: the slope of the lag without its jumps."""
    if len(blocks) < 3:
        return 0.0
    steps = np.diff([block.lag for block in blocks])
    jumped = _jumps(blocks)[1:]
    # A block with a break in its middle shares the jump with its neighbours.
    jumped = np.convolve(jumped, [1, 1, 1], "same") > 0
    steps[jumped] = np.median(steps)
    starts = np.array([block.start for block in blocks], np.float64)
    return float(np.polyfit(starts, np.concatenate([[0.0], np.cumsum(steps)]), 1)[0] * 1e6)
