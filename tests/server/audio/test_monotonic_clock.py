"""A clock, and waiting for a moment of it."""

import time

import pytest

from moof.server.audio.monotonic_clock import MonotonicClock


def test_it_is_the_monotonic_clock() -> None:
    before = time.monotonic()
    assert before <= MonotonicClock().now() <= time.monotonic()


def test_a_wrong_clock_goes_faster() -> None:
    wrong = MonotonicClock(error_ppm=300.0)
    assert wrong.at(1000.0) == pytest.approx(1000.3)
    assert wrong.at(2000.0) - wrong.at(1000.0) == pytest.approx(1000.3)


@pytest.mark.parametrize("error_ppm", [0.0, -300.0, 300.0])
def test_sleeping_lasts_until_the_moment(error_ppm: float) -> None:
    monotonic = MonotonicClock(error_ppm)
    deadline = monotonic.now() + 0.005
    monotonic.sleep_until(deadline)
    assert monotonic.now() >= deadline - 1e-6


def test_a_moment_that_is_over_is_not_waited_for() -> None:
    MonotonicClock().sleep_until(1.0)
    MonotonicClock().sleep_until(0.0)
