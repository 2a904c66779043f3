"""Reads and writes 16-bit WAV files."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moof.ipc import exact_rate


class WavError(Exception):
    """A file that cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Recorded sound, int16 (n, channels), and its exact rate in Hz (a file's 22254 is 22254.5454…)."""

    rate: Fraction
    samples: NDArray[np.int16]

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return float(len(self.samples) / self.rate)


def write_wav(path: Path, rate: int, samples: NDArray[np.int16]) -> None:
    """Write int16 (n, channels) at `rate` Hz, first to a `.part` file: a WAV file is always complete."""
    unfinished = path.with_suffix(".part")
    with wave.open(str(unfinished), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    unfinished.rename(path)


def read_wav(path: Path) -> Recording:
    """Read a file of 16-bit PCM with one or two channels. Raises WavError."""
    try:
        with wave.open(str(path), "rb") as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            data = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise WavError(f"{path} is not a readable WAV file: {error}.") from error
    if width != 2 or channels not in (1, 2):
        raise WavError(f"{path} has {channels} channels of {8 * width} bits; expected are 1 or 2 of 16.")
    whole = len(data) - len(data) % (2 * channels)
    samples = np.frombuffer(data[:whole], "<i2").astype(np.int16).reshape(-1, channels)
    return Recording(exact_rate(rate), samples)
