"""Runs `moof` with an audio clock that has a rate error: `python bench/harness/skewed_server.py PPM serve …`.

The server then requests and sends sound by a clock that is PPM millionths too fast, as if its crystal had
that error. `bench/audio.py --clock-error` proves with it that the server follows the page's audio clock.
"""

import functools
import sys
from unittest import mock

from moof.cli import main
from moof.process import MonotonicClock
from moof.server import app
from moof.server.audio.pipeline import AudioPipeline


class SkewedClock(MonotonicClock):
    """CLOCK_MONOTONIC with a rate error of `error_ppm` millionths; positive is too fast."""

    def __init__(self, error_ppm: float) -> None:
        self._rate = 1 + error_ppm / 1e6

    def at(self, monotonic: float) -> float:
        """Return the reading at a time of CLOCK_MONOTONIC."""
        return monotonic * self._rate

    def sleep_until(self, deadline: float) -> None:
        """Return when this clock shows `deadline`."""
        super().sleep_until(deadline / self._rate)


if __name__ == "__main__":
    clock = SkewedClock(float(sys.argv.pop(1)))
    with mock.patch.object(app, "AudioPipeline", functools.partial(AudioPipeline, clock=clock)):
        main()
