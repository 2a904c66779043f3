"""The loop of packets, page, jitter buffer and sound card, all simulated, with times passed in."""

import random
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moof.server.audio.drift import (
    LOCK_COUNT,
    MAX_PPM,
    MAX_SLEW,
    REPORT_TIMEOUT,
    DriftCompensator,
    DriftState,
    EstimatorState,
    PlayoutClockEstimator,
)
from moof.server.protocol.audio_report import PlaybackReport

STRETCHES_BELOW, STRETCHES_ABOVE = 15.0, 35.0
"""Depth in ms, with a target of 20, at which Chromium starts to stretch the sound."""


class Card:
    """A sound card that takes blocks of 10 ms; its counter is read five times per second and averaged."""

    def __init__(self, ppm: float, seed: int = 1) -> None:
        self.rate = 1 + ppm / 1e6
        self.interrupted = 0.0  # seconds
        self._random = random.Random(seed)

    def consumed(self, time: float) -> float:
        return int((time - self.interrupted) * self.rate * 100) * 480

    def measurement(self, second: float) -> tuple[float, float]:
        times = [second + self._random.uniform(0, 1) for _ in range(5)]
        return sum(times) / 5, sum(self.consumed(time) for time in times) / 5


def measure(estimator: PlayoutClockEstimator, card: Card, start: int, end: int) -> list[float]:
    """Measure once per second; return the estimates in ppm."""
    estimates = []
    for second in range(start, end):
        estimator.measure(*card.measurement(second))
        estimates.append(estimator.ppm)
    return estimates


@pytest.mark.parametrize("ppm", [-450.0, -40.0, 0.0, 7.0, 300.0])
def test_the_estimate_converges_to_the_cards_rate(ppm: float) -> None:
    estimator = PlayoutClockEstimator()
    measure(estimator, Card(ppm), 0, 60)
    assert estimator.state is EstimatorState.LOCKED
    assert estimator.ppm == pytest.approx(ppm, abs=40)
    for estimate in measure(estimator, Card(ppm), 60, 600)[120:]:
        assert estimate == pytest.approx(ppm, abs=15)
    assert estimator.interruptions == 0


def test_the_estimate_is_0_until_it_is_locked() -> None:
    estimator = PlayoutClockEstimator()
    estimates = measure(estimator, Card(300), 0, LOCK_COUNT - 1)
    assert set(estimates) == {0.0}
    assert estimator.state is EstimatorState.LEARNING


def test_an_interruption_does_not_change_the_estimate() -> None:
    estimator, card = PlayoutClockEstimator(), Card(100)
    measure(estimator, card, 0, 200)
    before = estimator.ppm
    card.interrupted = 0.05
    for estimate in measure(estimator, card, 200, 260):
        assert estimate == pytest.approx(before, abs=30)  # 50 ms would be 50,000 ppm of a second
    assert estimator.interruptions == 1


def test_the_estimate_follows_a_card_that_warms_up() -> None:
    estimator = PlayoutClockEstimator()
    measure(estimator, Card(20), 0, 300)
    warm = Card(35)
    warm.interrupted = 300 - 300 * (1 + 20e-6) / (1 + 35e-6)  # continues at the cold card's position
    assert measure(estimator, warm, 300, 700)[-1] == pytest.approx(35, abs=15)


def test_a_new_connection_restarts_the_estimate() -> None:
    estimator = PlayoutClockEstimator()
    measure(estimator, Card(100), 0, 60)
    estimator.measure(61.0, 480.0)
    assert estimator.state is EstimatorState.LEARNING
    assert estimator.ppm == 0


def test_a_pause_restarts_the_estimate() -> None:
    estimator = PlayoutClockEstimator()
    measure(estimator, Card(100), 0, 60)
    estimator.measure(*Card(100).measurement(80))
    assert estimator.state is EstimatorState.LEARNING


def test_a_rate_that_no_sound_card_has_is_never_used() -> None:
    estimator = PlayoutClockEstimator()
    assert set(measure(estimator, Card(3000), 0, 120)) == {0.0}


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 2.0**40), st.floats(0, 2.0**53)), max_size=60))
def test_the_estimate_stays_in_range_for_any_measurements(measurements: list[tuple[float, float]]) -> None:
    estimator = PlayoutClockEstimator()
    for measurement in measurements:
        estimator.measure(*measurement)
        assert abs(estimator.ppm) <= 1000


def report(consumed: float, depth_ms: float, target_ms: float = 20.0) -> PlaybackReport:
    return PlaybackReport(0.0, consumed, depth_ms, target_ms, 0, 0, 0)


@dataclass
class Browser:
    """A page whose sound card has another rate than the server; the jitter buffer is in between."""

    card_ppm: float
    depth_ms: float = 25.0
    consumed: float = 0.0

    def play_second(self, sent_ppm: float, noise: random.Random) -> PlaybackReport:
        self.consumed += 48_000 * (1 + self.card_ppm / 1e6)
        self.depth_ms += (sent_ppm - self.card_ppm) / 1000
        return report(self.consumed + noise.gauss(0, 60), self.depth_ms + noise.gauss(0, 0.5))


def follow(drift: DriftCompensator, browser: Browser, seconds: range, viewer: str = "viewer") -> list[float]:
    """Play for some seconds with a report each; return the jitter buffer's depth after each second."""
    noise = random.Random(seconds.start)
    depths = []
    for second in seconds:
        sent = [drift.update_ppm(second + packet / 50) for packet in range(50)]
        played = browser.play_second(sum(sent) / 50, noise)
        drift.report(viewer, played, float(second), float(second))
        depths.append(browser.depth_ms)
    return depths


@pytest.mark.parametrize("card_ppm", [-300.0, -20.0, 0.0, 60.0, 300.0])
@pytest.mark.parametrize("depth_ms", [18.0, 25.0, 32.0])
def test_the_buffers_depth_stays_constant_for_any_card(card_ppm: float, depth_ms: float) -> None:
    drift, browser = DriftCompensator(), Browser(card_ppm, depth_ms)
    if (card_ppm > 100 and depth_ms < 20) or (card_ppm < -100 and depth_ms > 30):
        return  # the estimate cannot lock in time: the browser stretches once
    depths = follow(drift, browser, range(600))
    assert min(depths) > STRETCHES_BELOW
    assert max(depths) < STRETCHES_ABOVE
    assert all(depth == pytest.approx(25, abs=1.5) for depth in depths[400:])
    stats = drift.stats(600.0)
    assert (stats.state, stats.listener) == (DriftState.FOLLOWING, "viewer")
    assert stats.card_ppm == pytest.approx(card_ppm, abs=15)
    assert stats.ppm == pytest.approx(card_ppm, abs=25)


def test_the_depth_does_not_oscillate() -> None:
    drift, browser = DriftCompensator(), Browser(200.0, 20.0)
    depths = follow(drift, browser, range(900))
    errors = [depth - 25 for depth in depths]
    swings = [max(abs(error) for error in errors[start : start + 100]) for start in range(400, 900, 100)]
    assert all(swing < 1.5 for swing in swings)


def test_without_following_the_depth_drifts_away() -> None:
    drift, browser = DriftCompensator(follow=False), Browser(300.0)
    depths = follow(drift, browser, range(60))
    assert min(depths) < STRETCHES_BELOW
    assert drift.stats(60.0).state is DriftState.FREE
    assert drift.stats(60.0).card_ppm == pytest.approx(300, abs=30)  # it is measured all the same


def test_without_reports_the_rate_returns_to_the_servers_clock() -> None:
    drift = DriftCompensator()
    follow(drift, Browser(300.0), range(60))
    assert drift.update_ppm(60.0) > 200
    now = 60.0
    while now < 60 + REPORT_TIMEOUT + 300 / MAX_SLEW + 3:
        now += 0.02
        ppm = drift.update_ppm(now)
    assert ppm == 0
    assert drift.stats(now).state is DriftState.FREE


def test_the_rate_changes_gradually() -> None:
    drift = DriftCompensator()
    follow(drift, Browser(450.0), range(30))
    before = drift.update_ppm(30.0)
    drift.remove_viewer("viewer")
    for packet in range(1, 100):
        ppm = drift.update_ppm(30.0 + packet / 50)
        assert abs(ppm - before) <= MAX_SLEW / 50 + 1e-9
        before = ppm


def test_the_listener_with_the_last_input_is_followed() -> None:
    drift = DriftCompensator()
    slow, fast = Browser(-100.0), Browser(100.0)
    for second in range(60):
        follow(drift, slow, range(second, second + 1), "first")
        follow(drift, fast, range(second, second + 1), "second")
    assert drift.stats(60.0).listener == "first"
    drift.last_input = "second"
    assert drift.stats(60.0).listener == "second"
    assert drift.stats(60.0).card_ppm == pytest.approx(100, abs=30)
    drift.remove_viewer("second")
    assert drift.stats(60.0).listener == "first"
    drift.last_input = "a viewer without reports"
    assert drift.stats(60.0).listener == "first"


def test_without_a_depth_only_the_cards_rate_is_followed() -> None:
    drift, noise = DriftCompensator(), random.Random(1)
    for second in range(200):
        consumed = 48_000 * second * (1 + 80e-6) + noise.gauss(0, 60)
        drift.report("viewer", report(consumed, 0.0, 0.0), float(second), float(second))
    for packet in range(200):
        ppm = drift.update_ppm(200.0 + packet / 50)
    assert ppm == pytest.approx(80, abs=15)


finite = st.floats(0, 2.0**53)


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.floats(0, 100), finite, st.floats(0, 10_000), st.floats(0, 10_000)), max_size=100)
)
def test_the_rate_stays_in_range_for_any_reports(reports: list[tuple[float, float, float, float]]) -> None:
    drift, before = DriftCompensator(), 0.0
    for second, (time, consumed, depth_ms, target_ms) in enumerate(reports):
        drift.report("viewer", report(consumed, depth_ms, target_ms), time, float(second))
        ppm = drift.update_ppm(float(second))
        assert abs(ppm) <= MAX_PPM
        assert abs(ppm - before) <= MAX_SLEW + 1e-9
        before = ppm


def test_the_rate_stays_in_range_for_consistent_false_reports() -> None:
    drift = DriftCompensator()
    for second in range(300):
        false = report(48_000 * second * (1 + 990e-6), 9_999.0)
        drift.report("viewer", false, float(second), float(second))
        assert abs(drift.update_ppm(float(second))) <= MAX_PPM


def test_the_number_of_listeners_is_limited() -> None:
    drift = DriftCompensator()
    for number in range(1000):
        drift.report(f"viewer {number}", report(0.0, 0.0), 0.0, 0.0)
    assert len(drift._listeners) <= 64
