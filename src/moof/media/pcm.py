"""16-bit PCM: conversion from and to the contract's big-endian bytes, and fades.

Native samples are int16 arrays (n, channels).
"""

import numpy as np
from numpy.typing import NDArray


def from_s16be(data: bytes | memoryview, channels: int) -> NDArray[np.int16]:
    """Return interleaved signed 16-bit big-endian bytes as native int16 (n, channels).

    Raises:
        ValueError: not a whole number of frames.
    """
    if channels < 1 or len(data) % (2 * channels):
        raise ValueError(f"{len(data)} bytes are not whole frames of {channels} channels")
    return np.frombuffer(data, ">i2").astype(np.int16).reshape(-1, channels)


def to_s16be(samples: NDArray[np.int16]) -> bytes:
    """Return native int16 samples as the contract's bytes: the inverse of `from_s16be`."""
    return samples.astype(">i2").tobytes()


def s16be_from_u8(data: bytes | memoryview) -> bytes:
    """Return 8-bit unsigned samples (0x80 is silence) as signed 16-bit big endian (silence is 0)."""
    wide = np.zeros((len(data), 2), np.uint8)
    wide[:, 0] = np.frombuffer(data, np.uint8) ^ 0x80
    return wide.tobytes()


def fade_out(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return a copy of int16 (n, ch) that fades to silence along half a cosine, to stop without a click."""
    return _shaped(samples, _slope(len(samples))[::-1])


def fade_in(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return a copy of int16 (n, ch) that rises from silence along half a cosine."""
    return _shaped(samples, _slope(len(samples)))


def cross_fade(before: NDArray[np.int16], after: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return a cross-fade of int16 (n, ch), of constant amplitude for similar sounds."""
    rise = _slope(len(after))[:, np.newaxis]
    return np.rint(before * (1 - rise) + after * rise).astype(np.int16)


def _slope(count: int) -> NDArray[np.float64]:
    """Return `count` values from above 0 to below 1, smooth at both ends."""
    phase = (np.arange(count) + 0.5) / max(count, 1)
    return (1 - np.cos(np.pi * phase)) / 2


def _shaped(samples: NDArray[np.int16], gain: NDArray[np.float64]) -> NDArray[np.int16]:
    return np.rint(samples * gain[:, np.newaxis]).astype(np.int16)
