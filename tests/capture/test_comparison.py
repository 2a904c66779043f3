"""Comparing recordings whose difference is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from moof.capture.comparison import compare
from moof.capture.wavfile import Recording
from moof.ipc import exact_rate
from moof.media.resample import Resampler

RATE = 48_000


def music(
    seconds: float = 3.0, rate: float = RATE, channels: int = 2, speed: float = 1.0
) -> NDArray[np.int16]:
    """Two sweeps at once, int16 (n, channels): they fit at one place only."""
    time = np.arange(int(seconds * rate)) / rate * speed
    up = np.sin(2 * np.pi * (200 * time + 400 * time**2))
    down = np.sin(2 * np.pi * (3100 * time - 300 * time**2))
    wave = np.rint(9000 * up + 6000 * down).astype(np.int16)
    return np.repeat(wave[:, np.newaxis], channels, axis=1)


def sound(samples: NDArray[np.int16], rate: int = RATE) -> Recording:
    return Recording(exact_rate(rate), samples)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 60_000))
def test_a_piece_of_the_same_is_identical_wherever_it_begins(start: int) -> None:
    whole = music()
    found = compare(sound(whole), sound(whole[start : start + 70_000]))
    assert (found.lag, found.identical, found.breaks) == (start, True, ())
    assert found.snr_db == float("inf")
    assert found.drift_ppm == 0
    assert found.compared > 0.95 * 70_000


def test_later_begin_has_a_negative_offset() -> None:
    later = np.concatenate([np.zeros((5000, 2), np.int16), music()])
    found = compare(sound(music()), sound(later))
    assert (found.lag, found.identical) == (-5000, True)


def test_silence_between_sounds_is_compared_as_well() -> None:
    pause = np.concatenate([music(1.0), np.zeros((30_000, 2), np.int16), music(1.0)[::-1]])
    found = compare(sound(pause), sound(pause[3000:]))
    assert (found.lag, found.identical, found.breaks) == (3000, True, ())


def test_noise_is_measured() -> None:
    clean = music()
    noise = np.random.default_rng(1).normal(0, 100, clean.shape)
    found = compare(sound(clean), sound(np.rint(clean + noise).astype(np.int16)))
    power = np.mean(clean[:, 0].astype(float) ** 2)
    assert found.snr_db == pytest.approx(10 * np.log10(power / 100**2), abs=0.3)
    assert found.breaks == ()
    assert not found.identical


@pytest.mark.parametrize("count", [1, 7, 220, 960])
@pytest.mark.parametrize("lost", [True, False])
def test_lost_and_repeated_samples_are_one_break(count: int, lost: bool) -> None:
    whole = music()
    rest = whole[60_000 + count :] if lost else whole[60_000 - count :]
    found = compare(sound(whole), sound(np.concatenate([whole[:60_000], rest])))
    assert len(found.breaks) == 1
    assert found.breaks[0] == pytest.approx(60_000, abs=2 * 2048)
    assert found.drift_ppm == pytest.approx(0, abs=1)


def test_gap_is_a_break() -> None:
    holed = music()
    holed[70_000:74_800] = 0
    found = compare(sound(music()), sound(holed))
    assert 0.9 < found.equal / found.compared < 1
    assert found.snr_db < 20


@pytest.mark.parametrize("ppm", [-300, -50, 20, 200])
def test_drift_of_the_clocks_is_measured(ppm: int) -> None:
    found = compare(sound(music(6.0)), sound(music(6.0, speed=1 + ppm / 1e6)))
    assert found.drift_ppm == pytest.approx(ppm, abs=3)
    assert found.breaks == ()


@pytest.mark.parametrize("rate", [11_025, 22_254, 44_100])
def test_what_the_mac_played_is_found_again_at_48_khz(rate: int) -> None:
    played = music(3.0, float(exact_rate(rate)), 1)
    encoded = Resampler(float(exact_rate(rate)), 1).push(played)[7000:]
    found = compare(sound(played, rate), sound(encoded))
    assert (found.lag, found.breaks) == (7000, ())
    assert found.drift_ppm == pytest.approx(0, abs=0.1)
    assert found.snr_db > 80


def test_silence_cannot_be_aligned() -> None:
    with pytest.raises(ValueError, match="no sound"):
        compare(sound(music()), sound(np.zeros((48_000, 2), np.int16)))
    with pytest.raises(ValueError, match="no sound"):
        compare(sound(music()), sound(np.zeros((10, 2), np.int16)))


def test_the_ramp_is_compared_sample_by_sample() -> None:
    numbers = np.arange(200_000).astype(np.uint16).view(np.int16)
    ramp = np.stack([numbers, ~numbers], axis=1)
    found = compare(sound(ramp), sound(ramp[70_123:]))
    assert (found.identical, found.breaks, found.rate) == (True, (), RATE)
