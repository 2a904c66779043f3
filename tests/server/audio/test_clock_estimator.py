"""What is learned of a sound card, with its measurements made up."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moof.server.audio.clock_estimator import LEARNED, EstimatorState, PlayoutClockEstimator


class Card:
    """A sound card that takes blocks of 10 ms, looked at five times a second; means once a second."""

    def __init__(self, ppm: float, seed: int = 1) -> None:
        self.speed = 1 + ppm / 1e6
        self.held_up = 0.0
        self._random = random.Random(seed)

    def consumed(self, time: float) -> float:
        return int((time - self.held_up) * self.speed * 100) * 480

    def report(self, second: float) -> tuple[float, float]:
        looks = [second + self._random.uniform(0, 1) for _ in range(5)]
        return sum(looks) / 5, sum(self.consumed(look) for look in looks) / 5


def listen(clock: PlayoutClockEstimator, card: Card, begin: int, end: int) -> list[float]:
    heard = []
    for second in range(begin, end):
        clock.measure(*card.report(second))
        heard.append(clock.ppm)
    return heard


@pytest.mark.parametrize("ppm", [-450.0, -40.0, 0.0, 7.0, 300.0])
def test_it_learns_the_cards_rate_and_keeps_it(ppm: float) -> None:
    clock = PlayoutClockEstimator()
    listen(clock, Card(ppm), 0, 60)
    assert clock.state is EstimatorState.LOCKED
    assert clock.ppm == pytest.approx(ppm, abs=40)
    for heard in listen(clock, Card(ppm), 60, 600)[120:]:
        assert heard == pytest.approx(ppm, abs=15)
    assert clock.held_up == 0


def test_nothing_is_believed_too_early() -> None:
    clock = PlayoutClockEstimator()
    heard = listen(clock, Card(300), 0, LEARNED - 1)
    assert set(heard) == {0.0}
    assert clock.state is EstimatorState.LEARNING


def test_a_held_up_card_ticks_as_before() -> None:
    clock, card = PlayoutClockEstimator(), Card(100)
    listen(clock, card, 0, 200)
    before = clock.ppm
    card.held_up = 0.05
    for heard in listen(clock, card, 200, 260):
        assert heard == pytest.approx(before, abs=30)  # 50 ms would be 50,000 ppm of a second
    assert clock.held_up == 1


def test_it_follows_a_card_that_warms_up() -> None:
    clock = PlayoutClockEstimator()
    listen(clock, Card(20), 0, 300)
    warm = Card(35)
    warm.held_up = 300 - 300 * (1 + 20e-6) / (1 + 35e-6)  # goes on where the cold one was
    assert listen(clock, warm, 300, 700)[-1] == pytest.approx(35, abs=15)


def test_another_connection_begins_anew() -> None:
    clock = PlayoutClockEstimator()
    listen(clock, Card(100), 0, 60)
    clock.measure(61.0, 480.0)
    assert clock.state is EstimatorState.LEARNING
    assert clock.ppm == 0


def test_a_pause_begins_anew() -> None:
    clock = PlayoutClockEstimator()
    listen(clock, Card(100), 0, 60)
    clock.measure(*Card(100).report(80))
    assert clock.state is EstimatorState.LEARNING


def test_a_rate_of_no_sound_card_is_never_believed() -> None:
    clock = PlayoutClockEstimator()
    assert set(listen(clock, Card(3000), 0, 120)) == {0.0}


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 2.0**40), st.floats(0, 2.0**53)), max_size=60))
def test_whatever_is_reported_the_rate_stays_possible(reports: list[tuple[float, float]]) -> None:
    clock = PlayoutClockEstimator()
    for report in reports:
        clock.measure(*report)
        assert abs(clock.ppm) <= 1000
