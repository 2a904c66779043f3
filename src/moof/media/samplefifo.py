"""A short queue of samples between a source of blocks of any size and a consumer of fixed ones."""

import numpy as np
from numpy.typing import NDArray

from moof.media.pcm import cross_fade

CROSS_FADE = 120  # frames, 2.5 ms at 48 kHz: short enough not to echo, long enough not to click


class SampleFifo:
    """At most `capacity` frames of int16 sound, oldest first; when full, the oldest are dropped."""

    def __init__(self, capacity: int, channels: int = 2) -> None:
        self._samples = np.zeros((capacity, channels), np.int16)
        self._depth = 0

    @property
    def capacity(self) -> int:
        """The maximum number of frames."""
        return len(self._samples)

    @property
    def depth(self) -> int:
        """The number of queued frames."""
        return self._depth

    def push(self, samples: NDArray[np.int16]) -> int:
        """Append int16 (n, channels); return how many of the oldest frames were dropped."""
        kept = samples[-self.capacity :]
        excess = max(0, self._depth + len(kept) - self.capacity)
        self._remove(excess)
        self._samples[self._depth : self._depth + len(kept)] = kept
        self._depth += len(kept)
        return excess + len(samples) - len(kept)

    def pop_exact(self, count: int) -> NDArray[np.int16] | None:
        """Remove and return the oldest `count` frames, int16 (count, channels); None if there are fewer."""
        if count > self._depth:
            return None
        taken = self._samples[:count].copy()
        self._remove(count)
        return taken

    def drop(self, count: int) -> int:
        """Drop `count` frames (or all there are) with a cross-fade; return how many were dropped."""
        count = min(count, self._depth)
        overlap = min(CROSS_FADE, count, self._depth - count)
        faded = cross_fade(self._samples[:overlap], self._samples[count : count + overlap])
        self._remove(count)
        self._samples[:overlap] = faded
        return count

    def clear(self) -> None:
        """Drop all frames."""
        self._depth = 0

    def _remove(self, count: int) -> None:
        self._samples[: self._depth - count] = self._samples[count : self._depth].copy()
        self._depth -= count
