"""Resamples any Mac sample rate to 48 kHz stereo, by libswresample."""

from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

SAMPLE_RATE = 48_000
CHANNELS = 2
# A short, steep filter of many phases: delays by 32 input samples, distortion and noise below -87 dB.
_OPTIONS = "filter_size=64:phase_shift=10:cutoff=0.97"
_LAYOUTS = {1: "mono", 2: "stereo"}
# Mac rates are 16.16 fixed point, but all in use are close to a fraction: 22254.5454 Hz is 244800 / 11.
_GREATEST_DENOMINATOR = 100


class Resampler:
    """Resamples one stream of sound to 48 kHz stereo; the filter's state is kept between blocks.

    A new rate or number of channels needs a new resampler. 48 kHz is passed on without filter and delay.

    Args:
        rate_in: samples a second of the input, 1000 to 192000, need not be whole.
        channels_in: 1 or 2.

    Raises:
        ValueError: a rate or number of channels outside of that.
    """

    def __init__(self, rate_in: float, channels_in: int) -> None:
        if channels_in not in _LAYOUTS or not 1000 <= rate_in <= 192_000:
            raise ValueError(f"cannot resample {channels_in} channels at {rate_in} Hz")
        self.rate_in, self.channels_in = rate_in, channels_in
        rate = Fraction(rate_in).limit_denominator(_GREATEST_DENOMINATOR)
        # Only the ratio matters to the filter, so both rates are multiplied until the input's is whole.
        self._clock = rate.numerator
        self._graph = None if rate == SAMPLE_RATE else self._build(SAMPLE_RATE * rate.denominator)
        self._pushed = 0

    def push(self, samples: NDArray[np.int16]) -> NDArray[np.int16]:
        """Add int16 (n, channels_in); return the int16 (m, 2) samples that are complete.

        Raises:
            ValueError: another number of channels.
        """
        if samples.ndim != 2 or samples.shape[1] != self.channels_in:
            raise ValueError(f"expected samples of shape (n, {self.channels_in}), got {samples.shape}")
        resampled = samples if self._graph is None else self._resample(self._graph, samples)
        # Mono is doubled here and not by the filter graph, whose conversion to stereo attenuates by 3 dB.
        return np.broadcast_to(resampled, (len(resampled), CHANNELS)).astype(np.int16)

    def _resample(self, graph: Graph, samples: NDArray[np.int16]) -> NDArray[np.int16]:
        """Return the same channels at 48 kHz."""
        blocks = [np.empty((0, self.channels_in), np.int16)]
        if len(samples) > 0:
            graph.push(self._frame(samples))
        while True:
            try:
                frame = graph.pull()
            except BlockingIOError:  # the filter needs more input
                return np.concatenate(blocks)
            assert isinstance(frame, av.AudioFrame)
            blocks.append(frame.to_ndarray().reshape(-1, self.channels_in).astype(np.int16, copy=False))

    def _frame(self, samples: NDArray[np.int16]) -> av.AudioFrame:
        interleaved = np.ascontiguousarray(samples, np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(interleaved, format="s16", layout=_LAYOUTS[self.channels_in])
        frame.sample_rate = self._clock
        frame.time_base = Fraction(1, self._clock)
        frame.pts = self._pushed
        self._pushed += len(samples)
        return frame

    def _build(self, rate_out: int) -> Graph:
        graph = Graph()
        chain = (
            graph.add_abuffer(
                sample_rate=self._clock,
                format="s16",
                layout=_LAYOUTS[self.channels_in],
                time_base=Fraction(1, self._clock),
            ),
            graph.add("aresample", f"{rate_out}:{_OPTIONS}"),
            graph.add("aformat", f"sample_fmts=s16:channel_layouts={_LAYOUTS[self.channels_in]}"),
            graph.add("abuffersink"),
        )
        for source, target in pairwise(chain):
            source.link_to(target)
        graph.configure()
        return graph
