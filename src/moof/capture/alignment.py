"""Finds the position of one recording within another: pure functions of arrays, float64 (n,)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float64]

_EXCERPT = 48_000
_BLOCK = 1 << 20
_MARGIN = 64
_AS_GOOD = 0.01
"""Peaks whose fit differs by less are equal: the one with the smallest change of lag is taken."""


def fits(within: Wave, piece: Wave) -> Wave:
    """Return how well `piece` fits at each position of `within`: 1 where equal, about 0 where unrelated.

    That is 1 - |a - b|^2 / (|a|^2 + |b|^2), which unlike a normalized correlation also distinguishes one part
    of a straight line from another. For silence it is 0.
    """
    count = len(piece)
    size = 1 << (len(within) + count).bit_length()
    spectrum = np.fft.rfft(within, size) * np.conj(np.fft.rfft(piece, size))
    products = np.fft.irfft(spectrum, size)[: len(within) - count + 1]
    squares = np.concatenate([[0.0], np.cumsum(within**2)])
    power = squares[count:] - squares[:-count] + (piece**2).sum()
    found: Wave = np.divide(2 * products, power, out=np.zeros(len(products)), where=power > count)
    return found


def find_lag(a: Wave, b: Wave) -> int:
    """Return the lag of `b` in `a`: a[i + lag] is like b[i]. Aligns the loudest second of b.

    Raises:
        ValueError: one of them is silent or too short.
    """
    start, piece = _loudest(b)
    best, lag = 0.0, 0
    for at in range(0, max(1, len(a) - len(piece)), _BLOCK):
        block = a[at : at + _BLOCK + len(piece)]
        if len(block) < len(piece):
            break
        found = fits(block, piece)
        top = int(np.argmax(found))
        if found[top] > best:
            best, lag = float(found[top]), at + top - start
    if best == 0.0:
        raise ValueError("there is no sound to align")
    return lag


def _loudest(b: Wave) -> tuple[int, Wave]:
    """Return start and samples of the second with the most power."""
    count = min(_EXCERPT, len(b))
    if count < 64:
        raise ValueError("there is no sound to align")
    squares = np.concatenate([[0.0], np.cumsum((b - b.mean()) ** 2)])
    start = int(np.argmax(squares[count:] - squares[:-count]))
    return start, b[start : start + count]


def follow(within: Wave, piece: Wave, expected: int) -> tuple[float, float]:
    """Return the position of `piece` in `within`, with a fraction, near `expected`, and its fit (-1..1)."""
    if np.array_equal(within[expected : expected + len(piece)], piece):
        return float(expected), 1.0
    found = fits(within, piece)
    padded = np.concatenate([[-2.0], found, [-2.0]])
    peaks = np.flatnonzero((found >= padded[:-2]) & (found >= padded[2:]))
    offsets, heights = _vertices(padded, peaks + 1)
    good = np.flatnonzero(heights >= heights.max() - _AS_GOOD)
    best = good[np.argmin(np.abs(peaks[good] - expected))]
    return float(peaks[best] + offsets[best]), float(heights[best])


def _vertices(found: Wave, peaks: NDArray[np.intp]) -> tuple[Wave, Wave]:
    """Return the peaks' offsets between samples (-0.5..0.5) and heights, by parabolas of three samples."""
    left, middle, right = found[peaks - 1], found[peaks], found[peaks + 1]
    curve = np.minimum(left - 2 * middle + right, -1e-15)
    offsets: Wave = np.clip((left - right) / (2 * curve), -0.5, 0.5)
    offsets[(left < -1) | (right < -1)] = 0.0  # at an end the sample beyond is unknown
    heights: Wave = middle - (left - right) * offsets / 4
    return offsets, heights


def refine(within: Wave, piece: Wave, place: float) -> float:
    """Return a better fraction for a nearly right position: least squares along the slope (Gauss-Newton)."""
    whole = round(place)
    first = max(0, whole - _MARGIN)
    section = within[first : whole + len(piece) + _MARGIN]
    for _ in range(2):
        moved = shifted(section, place - whole)
        slope = np.gradient(moved)[whole - first :][: len(piece)]
        error = piece - moved[whole - first :][: len(piece)]
        if len(error) < len(piece) or not slope.any():
            return place
        place += float(np.clip((error @ slope) / (slope @ slope), -0.25, 0.25))
    return place


def shifted(wave: Wave, fraction: float) -> Wave:
    """Return `wave` read `fraction` of a sample later, by its spectrum; its ends are inexact."""
    if fraction == 0:
        return wave
    spectrum = np.fft.rfft(wave)
    phase = np.exp(2j * np.pi * fraction * np.arange(len(spectrum)) / len(wave))
    turned: Wave = np.fft.irfft(spectrum * phase, len(wave))
    return turned
