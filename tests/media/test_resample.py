import numpy as np
import pytest
from numpy.typing import NDArray

from moof.media.resample import Resampler


def tone(rate: float, seconds: float, channels: int, frequency: float = 1000.0) -> NDArray[np.int16]:
    wave = np.sin(2 * np.pi * frequency * np.arange(int(rate * seconds)) / rate)
    return np.repeat(np.rint(16_000 * wave).astype(np.int16)[:, None], channels, axis=1)


def resampled(resampler: Resampler, samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """Resample in blocks of 20 ms, rounded down and up in turn, as the server does."""
    edges = np.rint(np.arange(0, len(samples), resampler.rate_in * 0.02)).astype(int)
    return np.concatenate([resampler.push(block) for block in np.split(samples, edges[1:])])


def distortion_db(samples: NDArray[np.int16], frequency: float = 1000.0) -> float:
    """THD+N: what is left when the tone and the mean have been taken out, relative to the tone."""
    signal = samples.astype(float)
    phase = 2 * np.pi * frequency * np.arange(len(signal)) / 48_000
    basis = np.stack([np.sin(phase), np.cos(phase), np.ones_like(phase)], axis=1)
    fit = basis @ np.linalg.lstsq(basis, signal, rcond=None)[0]
    return float(20 * np.log10(np.std(signal - fit) / np.std(fit)))


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [11025, 11127.2727, 22050, 22254, 22254.5454, 32000, 44100])
def test_a_tone_stays_pure_and_keeps_its_pitch(rate: float, channels: int) -> None:
    out = resampled(Resampler(rate, channels), tone(rate, 1.5, channels))
    assert out.dtype == np.int16
    assert (out[:, 0] == out[:, 1]).all()
    assert distortion_db(out[4800:52_800, 0]) < -85


@pytest.mark.parametrize("rate", [11025, 22050, 22254.5454, 44100])
def test_output_has_the_rate_and_a_delay_of_32_input_samples(rate: float) -> None:
    source = tone(rate, 10, 2)
    out = resampled(Resampler(rate, 2), source)
    expected = len(source) / rate * 48_000
    held_back = (expected - len(out)) / 48_000 * rate
    assert held_back == pytest.approx(32, abs=1.5)


def test_mono_is_as_loud_as_stereo() -> None:
    mono = resampled(Resampler(22050, 1), tone(22050, 1, 1))
    stereo = resampled(Resampler(22050, 2), tone(22050, 1, 2))
    assert np.abs(mono.astype(int) - stereo).max() <= 1


def test_blocks_vary_by_few_samples_only() -> None:
    resampler = Resampler(11025, 1)
    sizes = [len(resampler.push(np.zeros((220 + i % 2, 1), np.int16))) for i in range(100)]
    assert {min(sizes[1:]), max(sizes[1:])} <= set(range(957, 964))


def test_48_khz_passes_untouched(rng: np.random.Generator) -> None:
    stereo = rng.integers(-32768, 32767, (960, 2), dtype=np.int16)
    assert (Resampler(48_000, 2).push(stereo) == stereo).all()
    mono = Resampler(48_000, 1).push(stereo[:, :1])
    assert (mono == stereo[:, :1]).all()
    assert mono.shape == (960, 2)
    mono[0] = 0  # a copy of its own


def test_stereo_channels_are_separate() -> None:
    source = tone(22050, 1, 2)
    source[:, 1] = 0
    out = resampled(Resampler(22050, 2), source)
    assert np.abs(out[:, 1]).max() == 0
    assert np.abs(out[:, 0]).max() > 15_000


def test_the_stream_may_start_with_nothing() -> None:
    resampler = Resampler(22050, 1)
    assert resampler.push(np.empty((0, 1), np.int16)).shape == (0, 2)
    assert resampler.push(np.zeros((5, 1), np.int16)).shape == (0, 2)


@pytest.mark.parametrize(("rate", "channels"), [(0, 1), (500_000, 2), (44100, 3), (float("nan"), 1)])
def test_invalid_arguments_are_refused(rate: float, channels: int) -> None:
    with pytest.raises(ValueError, match="cannot resample"):
        Resampler(rate, channels)


def test_another_number_of_channels_is_refused() -> None:
    with pytest.raises(ValueError, match="expected samples"):
        Resampler(44100, 2).push(np.zeros((10, 1), np.int16))
