"""The whole loop with made-up time: the sound clock, a page, its jitter buffer, its sound card."""

import random
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moof.server.audio.drift import MOST_PPM, SLEW, STALE, DriftCompensator, DriftState
from moof.server.protocol.audio_report import PlaybackReport

STRETCHED_BELOW, STRETCHED_ABOVE = 15.0, 35.0
"""ms of jitter buffer with a target of 20 where Chromium begins to stretch."""


def report(consumed: float, depth_ms: float, target_ms: float = 20.0) -> PlaybackReport:
    return PlaybackReport(0.0, consumed, depth_ms, target_ms, 0, 0, 0)


@dataclass
class Browser:
    """A page whose card runs at another pace than the server; the buffer lies between."""

    card_ppm: float
    depth_ms: float = 25.0
    consumed: float = 0.0

    def second(self, sent_ppm: float, noise: random.Random) -> PlaybackReport:
        self.consumed += 48_000 * (1 + self.card_ppm / 1e6)
        self.depth_ms += (sent_ppm - self.card_ppm) / 1000
        return report(self.consumed + noise.gauss(0, 60), self.depth_ms + noise.gauss(0, 0.5))


def follow(pace: DriftCompensator, browser: Browser, seconds: range, viewer: str = "viewer") -> list[float]:
    """Let time pass; the pace and the buffer's depth after each second."""
    noise = random.Random(seconds.start)
    depths = []
    for second in seconds:
        sent = [pace.ppm(second + packet / 50) for packet in range(50)]
        pace.report(viewer, browser.second(sum(sent) / 50, noise), float(second), float(second))
        depths.append(browser.depth_ms)
    return depths


@pytest.mark.parametrize("card_ppm", [-300.0, -20.0, 0.0, 60.0, 300.0])
@pytest.mark.parametrize("depth_ms", [18.0, 25.0, 32.0])
def test_the_buffer_stays_flat_at_any_card(card_ppm: float, depth_ms: float) -> None:
    pace, browser = DriftCompensator(), Browser(card_ppm, depth_ms)
    if (card_ppm > 100 and depth_ms < 20) or (card_ppm < -100 and depth_ms > 30):
        return  # nothing can be learned quickly enough: the browser stretches once
    depths = follow(pace, browser, range(600))
    assert min(depths) > STRETCHED_BELOW
    assert max(depths) < STRETCHED_ABOVE
    assert all(depth == pytest.approx(25, abs=1.5) for depth in depths[400:])
    stats = pace.stats(600.0)
    assert (stats.state, stats.listener) == (DriftState.FOLLOWING, "viewer")
    assert stats.card_ppm == pytest.approx(card_ppm, abs=15)
    assert stats.ppm == pytest.approx(card_ppm, abs=25)


def test_it_never_oscillates() -> None:
    pace, browser = DriftCompensator(), Browser(200.0, 20.0)
    depths = follow(pace, browser, range(900))
    errors = [depth - 25 for depth in depths]
    swings = [max(abs(error) for error in errors[begin : begin + 100]) for begin in range(400, 900, 100)]
    assert all(swing < 1.5 for swing in swings)


def test_without_following_the_buffer_runs_full_or_dry() -> None:
    pace, browser = DriftCompensator(follow=False), Browser(300.0)
    depths = follow(pace, browser, range(60))
    assert min(depths) < STRETCHED_BELOW
    assert pace.stats(60.0).state is DriftState.FREE
    assert pace.stats(60.0).card_ppm == pytest.approx(300, abs=30)  # measured all the same


def test_when_reports_stop_the_servers_clock_counts_again() -> None:
    pace = DriftCompensator()
    follow(pace, Browser(300.0), range(60))
    assert pace.ppm(60.0) > 200
    later = 60.0
    while later < 60 + STALE + 300 / SLEW + 3:
        later += 0.02
        ppm = pace.ppm(later)
    assert ppm == 0
    assert pace.stats(later).state is DriftState.FREE


def test_changes_are_gradual() -> None:
    pace = DriftCompensator()
    follow(pace, Browser(450.0), range(30))
    before = pace.ppm(30.0)
    pace.leave("viewer")
    for packet in range(1, 100):
        ppm = pace.ppm(30.0 + packet / 50)
        assert abs(ppm - before) <= SLEW / 50 + 1e-9
        before = ppm


def test_it_follows_whoever_has_the_mouse() -> None:
    pace = DriftCompensator()
    slow, fast = Browser(-100.0), Browser(100.0)
    for second in range(60):
        follow(pace, slow, range(second, second + 1), "first")
        follow(pace, fast, range(second, second + 1), "second")
    assert pace.stats(60.0).listener == "first"
    pace.has_input("second")
    assert pace.stats(60.0).listener == "second"
    assert pace.stats(60.0).card_ppm == pytest.approx(100, abs=30)
    pace.leave("second")
    assert pace.stats(60.0).listener == "first"
    pace.has_input("a viewer that reports nothing")
    assert pace.stats(60.0).listener == "first"


def test_a_browser_that_says_no_depth_is_followed_by_its_rate_alone() -> None:
    pace, noise = DriftCompensator(), random.Random(1)
    for second in range(200):
        consumed = 48_000 * second * (1 + 80e-6) + noise.gauss(0, 60)
        pace.report("viewer", report(consumed, 0.0, 0.0), float(second), float(second))
    for packet in range(200):
        ppm = pace.ppm(200.0 + packet / 50)
    assert ppm == pytest.approx(80, abs=15)


finite = st.floats(0, 2.0**53)


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.floats(0, 100), finite, st.floats(0, 10_000), st.floats(0, 10_000)), max_size=100)
)
def test_a_hostile_page_cannot_pull_it_out_of_range(
    reports: list[tuple[float, float, float, float]],
) -> None:
    pace, before = DriftCompensator(), 0.0
    for second, (time, consumed, depth_ms, target_ms) in enumerate(reports):
        pace.report("viewer", report(consumed, depth_ms, target_ms), time, float(second))
        ppm = pace.ppm(float(second))
        assert abs(ppm) <= MOST_PPM
        assert abs(ppm - before) <= SLEW + 1e-9
        before = ppm


def test_a_page_that_lies_evenly_is_bounded_as_well() -> None:
    pace = DriftCompensator()
    for second in range(300):
        pace.report("viewer", report(48_000 * second * (1 + 990e-6), 9_999.0), float(second), float(second))
        assert abs(pace.ppm(float(second))) <= MOST_PPM


def test_only_so_many_listeners_are_remembered() -> None:
    pace = DriftCompensator()
    for number in range(1000):
        pace.report(f"viewer {number}", report(0.0, 0.0), 0.0, 0.0)
    assert len(pace._listeners) <= 64
