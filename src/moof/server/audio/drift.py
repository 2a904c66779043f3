"""Compensates the drift between the server's clock and a listener's sound card. Sans-IO: takes `now`.

`PlayoutClockEstimator` is a delay-locked loop that learns from a page's reports how fast its sound card
consumes samples. The loop is second-order, as F. Adriaensen describes it for sound cards ("Using a DLL to
filter time", 2005) and PipeWire uses it: each measurement corrects a predicted position and a predicted rate.
Its gains start as those of a straight line fitted through all measurements, which learns fastest, and stop
narrowing at a bandwidth that still follows a sound card as it warms up.

`DriftCompensator` has one estimator for each listener, selects the listener to follow, and sets how much
faster than the server's clock packets are sent. Reports may come from any thread; the sound thread calls
`update_ppm`.
"""

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from moof.media.resample import SAMPLE_RATE
from moof.server.audio.framer import PACKET_SAMPLES
from moof.server.protocol.audio_report import PlaybackReport

MAX_PPM: Final = 500.0
"""The packets' rate never deviates by more: less than a hundredth of a semitone."""
MAX_SLEW: Final = 50.0
"""ppm per second: the rate changes gradually, too."""
REPORT_TIMEOUT: Final = 5.0
"""Seconds without a valid report after which the server's own clock applies again."""
_DEPTH_GAIN: Final = 8.0
"""ppm for each millisecond of error in the jitter buffer's depth: it halves an error in 90 s."""
_MAX_DEPTH_CORRECTION: Final = 120.0
_DEPTH_SMOOTHING: Final = 0.2
"""Weight of the newest report in the smoothed depth: a memory of five seconds."""
_DEFAULT_TARGET_MS: Final = 20.0
_MAX_TARGET_MS: Final = 60.0
_MAX_LISTENERS: Final = 64

LOCK_COUNT: Final = 20
"""Measurements, one per second, before the estimated rate is used."""
MAX_CARD_PPM: Final = 1000.0
"""No sound card deviates by more (USB audio allows 500): such an estimate is invalid."""
_MAX_MEMORY: Final = 100
"""Measurements after which the loop's bandwidth stops narrowing: the rate is then certain to some ppm."""
_MAX_ERROR_SECONDS: Final = 0.006
"""A larger error is no clock's drift: playback was interrupted, or restarted."""
_MAX_INTERRUPTIONS: Final = 5
"""In a row; then the estimate is wrong."""
_MIN_INTERVAL: Final = 0.2
_MAX_INTERVAL: Final = 10.0


class EstimatorState(StrEnum):
    """Whether the rate of a listener's sound card is known."""

    LEARNING = "learning"
    LOCKED = "locked"


class PlayoutClockEstimator:
    """Estimates a sound card's rate from (time, samples consumed), about once per second."""

    def __init__(self) -> None:
        self._time = 0.0
        self._position = 0.0
        self._rate = 0.0  # seconds of sound per second, above 1
        self._count = 0
        self._successive_interruptions = 0
        self.interruptions = 0
        """Times that the position jumped: the sound card, or its counter, stood still."""

    @property
    def state(self) -> EstimatorState:
        """Whether `ppm` is known."""
        return EstimatorState.LOCKED if self._count >= LOCK_COUNT else EstimatorState.LEARNING

    @property
    def ppm(self) -> float:
        """How much faster than the server's clock the sound card consumes; 0 while that is unknown."""
        return self._rate * 1e6 if self.state is EstimatorState.LOCKED else 0.0

    def measure(self, time: float, consumed: float) -> None:
        """Take in that the card had consumed so many samples (48 kHz) at `time`, in the server's seconds.

        An impossible measurement restarts the estimate.
        """
        position = consumed / SAMPLE_RATE
        elapsed = time - self._time
        if not self._count or elapsed > _MAX_INTERVAL or position < self._position - 1:
            self._restart(time, position)
            return
        if elapsed < _MIN_INTERVAL:
            return
        predicted = self._position + elapsed * (1 + self._rate)
        error = position - predicted
        if abs(error) > _MAX_ERROR_SECONDS:
            self._interrupted(time, position)
            return
        self._correct(time, predicted, error, elapsed)

    def _correct(self, time: float, predicted: float, error: float, elapsed: float) -> None:
        """Move position and rate towards the measurement, by the gains of a line through `count` points."""
        self._successive_interruptions = 0
        count = self._count = min(self._count + 1, _MAX_MEMORY)
        self._position = predicted + error * 2 * (2 * count - 1) / (count * (count + 1))
        self._rate += error / elapsed * 6 / (count * (count + 1))
        self._time = time
        if self.state is EstimatorState.LOCKED and abs(self._rate) * 1e6 > MAX_CARD_PPM:
            self._restart(time, predicted + error)

    def _interrupted(self, time: float, position: float) -> None:
        """Continue from the new position at the same rate: an interruption does not change a card's clock."""
        self.interruptions += 1
        self._successive_interruptions += 1
        if self._successive_interruptions > _MAX_INTERRUPTIONS:
            self._restart(time, position)
        self._time, self._position = time, position

    def _restart(self, time: float, position: float) -> None:
        self._time, self._position, self._rate, self._count = time, position, 0.0, 1
        self._successive_interruptions = 0


class DriftState(StrEnum):
    """What determines the packets' rate."""

    FREE = "free"
    """The server's own clock: no listener reports, or following is turned off."""
    LEARNING = "learning"
    FOLLOWING = "following"


@dataclass(frozen=True, slots=True)
class DriftStats:
    """How the packets' rate follows a listener's sound card. The field names are those of `/api/status`."""

    state: DriftState = DriftState.FREE
    listener: str = ""
    """The followed viewer's id, "" for none."""
    ppm: float = 0.0
    """How much faster than the server's clock packets are sent now."""
    card_ppm: float = 0.0
    """How much faster than the server's clock the followed sound card consumes, as measured."""
    depth_ms: float = 0.0
    """Smoothed depth of the followed listener's jitter buffer."""
    held_up: int = 0
    """Times that the followed sound card was interrupted."""


@dataclass(slots=True)
class _Listener:
    """What the reports of one listener contain: its sound card's clock, its jitter buffer."""

    clock: PlayoutClockEstimator = field(default_factory=PlayoutClockEstimator)
    reported_at: float = 0.0
    depth_ms: float | None = None
    target_ms: float = _DEFAULT_TARGET_MS

    def update(self, report: PlaybackReport, time: float, now: float) -> None:
        self.reported_at = now
        self.clock.measure(time, report.consumed)
        if report.depth_ms:
            before = self.depth_ms if self.depth_ms is not None else report.depth_ms
            self.depth_ms = before + _DEPTH_SMOOTHING * (report.depth_ms - before)
        self.target_ms = min(report.target_ms or _DEFAULT_TARGET_MS, _MAX_TARGET_MS)

    def target_ppm(self, margin_ms: float) -> float:
        """Return the card's rate, corrected until the jitter buffer has its target depth and the margin."""
        if self.clock.state is not EstimatorState.LOCKED:
            return 0.0
        missing = self.target_ms + margin_ms - (self.depth_ms or 0.0) if self.depth_ms is not None else 0.0
        return self.clock.ppm + _clamped(_DEPTH_GAIN * missing, _MAX_DEPTH_CORRECTION)


class DriftCompensator:
    """Follows the listener with the last input (mouse or keyboard), else the one that reported first.

    With `follow` off, it only measures.
    """

    def __init__(self, packet_samples: int = PACKET_SAMPLES, follow: bool = True) -> None:
        self.set_packet_samples(packet_samples)
        self._follow = follow
        self._lock = threading.Lock()
        self._listeners: dict[str, _Listener] = {}
        self.last_input = ""
        """The id of the viewer that used mouse or keyboard last."""
        self._ppm = 0.0
        self._updated_at = 0.0

    def set_packet_samples(self, samples: int) -> None:
        """Keep jitter buffers at the depth that suits packets of this length.

        A browser stretches the sound when its jitter buffer is below 3/4 of its target, or above the target
        and most of a packet: the margin, a quarter of a packet, keeps the depth in between.
        """
        self._margin_ms = 250.0 * samples / SAMPLE_RATE

    def report(self, viewer: str, report: PlaybackReport, time: float, now: float) -> None:
        """Take in a viewer's report; `time` is the time of its measurement, in the server's seconds."""
        with self._lock:
            if viewer not in self._listeners and len(self._listeners) >= _MAX_LISTENERS:
                return
            self._listeners.setdefault(viewer, _Listener()).update(report, time, now)

    def remove_viewer(self, viewer: str) -> None:
        """Remove a viewer; unknown ones are ignored."""
        with self._lock:
            self._listeners.pop(viewer, None)

    def update_ppm(self, now: float) -> float:
        """Move the packets' rate towards its target; return by how much it exceeds the server's clock."""
        with self._lock:
            _, listener = self._followed(now)
        target = listener.target_ppm(self._margin_ms) if listener is not None and self._follow else 0.0
        elapsed = min(max(now - self._updated_at, 0.0), 1.0)
        self._updated_at = now
        self._ppm += _clamped(_clamped(target, MAX_PPM) - self._ppm, MAX_SLEW * elapsed)
        return self._ppm

    def stats(self, now: float) -> DriftStats:
        """Return the current figures."""
        with self._lock:
            viewer, listener = self._followed(now)
        if listener is None:
            return DriftStats(ppm=self._ppm)
        locked = listener.clock.state is EstimatorState.LOCKED
        state = DriftState.FOLLOWING if locked else DriftState.LEARNING
        return DriftStats(
            state if self._follow else DriftState.FREE,
            viewer,
            self._ppm,
            listener.clock.ppm,
            listener.depth_ms or 0.0,
            listener.clock.interruptions,
        )

    def _followed(self, now: float) -> tuple[str, _Listener | None]:
        """Return the listener to follow and its viewer id; those without a recent report do not count."""
        recent = {
            viewer: listener
            for viewer, listener in self._listeners.items()
            if now - listener.reported_at <= REPORT_TIMEOUT
        }
        viewer = self.last_input if self.last_input in recent else next(iter(recent), "")
        return viewer, recent.get(viewer)


def _clamped(value: float, limit: float) -> float:
    return min(max(value, -limit), limit)
