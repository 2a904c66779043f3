"""How fast one listener's sound card runs, by our clock: a delay-locked loop over what it consumes. Pure.

The loop is second-order, as F. Adriaensen describes it for sound cards ("Using a DLL to filter time", 2005)
and PipeWire uses it: each measurement corrects a predicted position and a predicted rate. Its gains begin as
those of a straight line fitted through all measurements, which learns quickest, and stop narrowing at a
bandwidth that still follows a card as it warms up.
"""

from enum import StrEnum
from typing import Final

from .packet_clock import MILLION, SAMPLE_RATE

MOST_PPM: Final = 1000.0
"""No sound card is further off (USB audio allows 500): such a measurement makes no sense."""
LEARNED: Final = 20
"""Measurements before the rate is believed, one a second."""
_MEMORY: Final = 100
"""Measurements after which the bandwidth stops narrowing: the rate is then certain to some ppm."""
_JUMP: Final = 0.006
"""Seconds off the prediction that no clock explains: the card was held up, or sound began anew."""
_MOST_JUMPS: Final = 5
"""In a row; then what was learned is wrong."""
_SHORTEST: Final = 0.2
_LONGEST: Final = 10.0


class EstimatorState(StrEnum):
    """What is known of a listener's clock."""

    LEARNING = "learning"
    LOCKED = "locked"


class PlayoutClockEstimator:
    """Takes (time, samples consumed) about once a second, and predicts."""

    def __init__(self) -> None:
        self._time = 0.0
        self._position = 0.0
        self._rate = 0.0  # seconds of sound per second, above 1
        self._count = 0
        self._jumps = 0
        self.held_up = 0
        """Times that the card jumped: it was held up, or its counting was."""

    @property
    def state(self) -> EstimatorState:
        """Whether `ppm` can be believed."""
        return EstimatorState.LOCKED if self._count >= LEARNED else EstimatorState.LEARNING

    @property
    def ppm(self) -> float:
        """How much faster than our clock the card consumes; 0 while that is being learned."""
        return self._rate * MILLION if self.state is EstimatorState.LOCKED else 0.0

    def measure(self, time: float, consumed: float) -> None:
        """Take in that the card had consumed so many samples at that time, seconds of the sound clock.

        What makes no sense begins the learning anew.
        """
        position = consumed / SAMPLE_RATE
        elapsed = time - self._time
        if not self._count or elapsed > _LONGEST or position < self._position - 1:
            self._restart(time, position)
            return
        if elapsed < _SHORTEST:
            return
        predicted = self._position + elapsed * (1 + self._rate)
        error = position - predicted
        if abs(error) > _JUMP:
            self._jump(time, position)
            return
        self._correct(time, predicted, error, elapsed)

    def _correct(self, time: float, predicted: float, error: float, elapsed: float) -> None:
        """Move position and rate towards the measurement, by the gains of a line through `count` points."""
        self._jumps = 0
        count = self._count = min(self._count + 1, _MEMORY)
        self._position = predicted + error * 2 * (2 * count - 1) / (count * (count + 1))
        self._rate += error / elapsed * 6 / (count * (count + 1))
        self._time = time
        if self.state is EstimatorState.LOCKED and abs(self._rate) * MILLION > MOST_PPM:
            self._restart(time, predicted + error)

    def _jump(self, time: float, position: float) -> None:
        """Go on from there at the same rate: a card that was held up ticks as it did."""
        self.held_up += 1
        self._jumps += 1
        if self._jumps > _MOST_JUMPS:
            self._restart(time, position)
        self._time, self._position = time, position

    def _restart(self, time: float, position: float) -> None:
        self._time, self._position, self._rate, self._count, self._jumps = time, position, 0.0, 1, 0
