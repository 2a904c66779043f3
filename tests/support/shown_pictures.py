"""Figures of displayed pictures: how far they are from what was drawn, and the medians of several rounds."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


def picture_error(shown: NDArray[np.uint8], drawn: NDArray[np.uint8]) -> str:
    """Return "exact", or wrong pixels and PSNR in dB, of RGB pictures, uint8 (h, w, 3).

    A picture of another size is named by it.
    """
    if shown.shape != drawn.shape:
        return f"{shown.shape[1]}x{shown.shape[0]}"
    difference = shown.astype(int) - drawn
    wrong = int(np.count_nonzero(difference.any(axis=2)))
    if not wrong:
        return "exact"
    psnr = 10 * math.log10(255**2 / float(np.mean(difference**2)))
    return f"{wrong / (shown.shape[0] * shown.shape[1]):.1%}, {psnr:.1f} dB"


def medians(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the median of each figure; nan values, which a round could not measure, do not count."""
    found = {}
    for name in rounds[0]:
        values = [each[name] for each in rounds if not math.isnan(each[name])]
        found[name] = statistics.median(values) if values else math.nan
    return found
