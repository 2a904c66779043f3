"""Whose sound card the sound clock follows, and how fast it goes for that. Pure: `now` is passed in.

Any thread may report; the sound thread asks for the pace.
"""

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from moof.server.protocol.audio_report import PlaybackReport

from .clock_estimator import EstimatorState, PlayoutClockEstimator
from .packet_clock import PACKET_SAMPLES, SAMPLE_RATE

MOST_PPM: Final = 500.0
"""The clock is never slewed by more: less than a hundredth of a semitone."""
SLEW: Final = 50.0
"""ppm a second: changes of pace are gradual as well."""
STALE: Final = 5.0
"""Seconds without a sensible report after which the server's own clock counts again."""
_GAIN: Final = 8.0
"""ppm for each millisecond that the jitter buffer is off: half of an error is gone after 90 s."""
_MOST_CORRECTION: Final = 120.0
_SMOOTHING: Final = 0.2
"""Of the newest report in the depth that counts: five seconds' worth."""
_USUAL_TARGET_MS: Final = 20.0
_DEEPEST_TARGET_MS: Final = 60.0
_MOST_LISTENERS: Final = 64


class DriftState(StrEnum):
    """What the pace is made of."""

    FREE = "free"
    """The server's own clock: nobody reports, or following is turned off."""
    LEARNING = "learning"
    FOLLOWING = "following"


@dataclass(frozen=True, slots=True)
class DriftStats:
    """What there is to show of it: ppm of the clock now, and of the followed card as it was measured."""

    state: DriftState
    listener: str
    """The followed viewer's id, "" for none."""
    ppm: float
    card_ppm: float
    depth_ms: float
    held_up: int


@dataclass(slots=True)
class _Listener:
    clock: PlayoutClockEstimator = field(default_factory=PlayoutClockEstimator)
    heard: float = 0.0
    depth_ms: float | None = None
    target_ms: float = _USUAL_TARGET_MS

    def take(self, report: PlaybackReport, time: float, now: float) -> None:
        self.heard = now
        self.clock.measure(time, report.consumed)
        if report.depth_ms:
            before = self.depth_ms if self.depth_ms is not None else report.depth_ms
            self.depth_ms = before + _SMOOTHING * (report.depth_ms - before)
        self.target_ms = min(report.target_ms or _USUAL_TARGET_MS, _DEEPEST_TARGET_MS)

    def wanted_ppm(self, margin_ms: float) -> float:
        """The card's own pace, and a little more or less of it until the jitter buffer is as it should be."""
        if self.clock.state is not EstimatorState.LOCKED:
            return 0.0
        missing = self.target_ms + margin_ms - (self.depth_ms or 0.0) if self.depth_ms is not None else 0.0
        return self.clock.ppm + _limited(_GAIN * missing, _MOST_CORRECTION)


class DriftCompensator:
    """Follows the listener who gave the last input (he holds the mouse), else the one who came first.

    With `follow` off, only measures.
    """

    def __init__(self, packet_samples: int = PACKET_SAMPLES, follow: bool = True) -> None:
        # A browser stretches below 3/4 of its target and above the target and most of a packet: keep between.
        self._margin_ms = 250.0 * packet_samples / SAMPLE_RATE
        self._follow = follow
        self._lock = threading.Lock()
        self._listeners: dict[str, _Listener] = {}
        self._holder = ""
        self._ppm = 0.0
        self._slewed = 0.0

    def report(self, viewer: str, report: PlaybackReport, time: float, now: float) -> None:
        """Take in a viewer's report; `time` is the report's own on the sound clock, in seconds."""
        with self._lock:
            if viewer not in self._listeners and len(self._listeners) >= _MOST_LISTENERS:
                return
            self._listeners.setdefault(viewer, _Listener()).take(report, time, now)

    def has_input(self, viewer: str) -> None:
        """Note that this viewer has just used mouse or keyboard."""
        self._holder = viewer

    def leave(self, viewer: str) -> None:
        """Forget a viewer; unknown ones are ignored."""
        with self._lock:
            self._listeners.pop(viewer, None)

    def ppm(self, now: float) -> float:
        """Return how much faster than our clock to send, in millionths; moves towards what is wanted."""
        with self._lock:
            _, listener = self._followed(now)
        wanted = listener.wanted_ppm(self._margin_ms) if listener is not None and self._follow else 0.0
        elapsed = min(max(now - self._slewed, 0.0), 1.0)
        self._slewed = now
        self._ppm += _limited(_limited(wanted, MOST_PPM) - self._ppm, SLEW * elapsed)
        return self._ppm

    def stats(self, now: float) -> DriftStats:
        """Return the figures."""
        with self._lock:
            name, listener = self._followed(now)
        if listener is None:
            return DriftStats(DriftState.FREE, "", self._ppm, 0.0, 0.0, 0)
        locked = listener.clock.state is EstimatorState.LOCKED
        state = DriftState.FOLLOWING if locked else DriftState.LEARNING
        return DriftStats(
            state if self._follow else DriftState.FREE,
            name,
            self._ppm,
            listener.clock.ppm,
            listener.depth_ms or 0.0,
            listener.clock.held_up,
        )

    def _followed(self, now: float) -> tuple[str, _Listener | None]:
        fresh = {name: one for name, one in self._listeners.items() if now - one.heard <= STALE}
        name = self._holder if self._holder in fresh else next(iter(fresh), "")
        return name, fresh.get(name)


def _limited(value: float, most: float) -> float:
    return min(max(value, -most), most)
