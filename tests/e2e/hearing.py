"""What a page plays, recorded and looked at."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from macpage import MacPage
from numpy.typing import NDArray

from audio import recorded

RECORDER = Path(__file__).parents[2] / "bench" / "record_sound.js"


def record(page: MacPage, seconds: float) -> tuple[int, NDArray[np.int16]]:
    """What the page plays meanwhile: its rate in Hz and the left channel, int16 (n,)."""
    page.page.evaluate(RECORDER.read_text())
    time.sleep(seconds)
    return recorded(page.page)


def strongest_frequency(samples: NDArray[np.int16], rate: int) -> float:
    """The frequency in Hz that most of the sound has."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return float(np.argmax(spectrum) * rate / samples.size)
