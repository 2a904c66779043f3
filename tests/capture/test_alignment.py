"""Positions of one recording within another that are known."""

from __future__ import annotations

import numpy as np
import pytest

from moof.capture.alignment import Wave, find_lag, fits, follow, refine, shifted


@pytest.fixture
def noise() -> Wave:
    """Return noise of limited bandwidth, float64 (20000,): it can be aligned at one position only."""
    white = np.random.default_rng(1).normal(0, 5000, 20_000)
    return np.convolve(white, np.hanning(16) / 8, "same")


def test_fit_is_one_where_the_waves_are_equal(noise: Wave) -> None:
    found = fits(noise, noise[700:1700])
    assert int(np.argmax(found)) == 700
    assert found[700] == pytest.approx(1)
    assert np.abs(found[2000:]).max() < 0.5


def test_fit_of_silence_is_zero(noise: Wave) -> None:
    assert not fits(np.zeros(2000), np.zeros(100)).any()
    assert fits(np.zeros(2000), noise[:100]).max() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("lag", [0, 1, 1234])
def test_lag_is_where_the_second_wave_begins(noise: Wave, lag: int) -> None:
    assert find_lag(noise, noise[lag : lag + 15_000]) == lag


@pytest.mark.parametrize("b", [np.zeros(1000), np.ones(63)], ids=["silent", "too short"])
def test_nothing_to_align(noise: Wave, b: Wave) -> None:
    with pytest.raises(ValueError, match="no sound"):
        find_lag(noise, b)


def test_equal_samples_are_at_the_expected_position(noise: Wave) -> None:
    assert follow(noise[:3000], noise[500:1500], 500) == (500.0, 1.0)


def test_of_equal_peaks_the_nearest_is_taken() -> None:
    tone = np.sin(2 * np.pi * np.arange(3000) / 48) * 5000
    position, fit = follow(tone, tone[96:1056], 145)
    assert position == pytest.approx(144, abs=0.1)
    assert fit == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("fraction", [-0.4, 0.1, 0.3])
def test_fraction_of_a_position_is_refined(noise: Wave, fraction: float) -> None:
    piece = shifted(noise, fraction)[500:1500]
    position, _ = follow(noise[:3000], piece, 500)
    assert refine(noise, piece, position) == pytest.approx(500 + fraction, abs=0.01)


def test_shift_by_a_whole_number_moves_the_samples(noise: Wave) -> None:
    assert shifted(noise, 0) is noise
    assert np.allclose(shifted(noise, 3)[:-3], noise[3:], atol=1e-6)
