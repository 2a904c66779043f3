"""A program's samples as the contract's: exact where nothing has to change, and otherwise the same tone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.pulse.conversion import Converter
from moof.bridge.pulse.sample_format import PulseSampleFormat, SampleSpec

Format = PulseSampleFormat
HERTZ, LEVEL = 997, 16_000


def stereo(channels: int) -> bytes:
    return bytes(range(1, channels + 1)) if channels > 1 else b"\0"


@given(st.lists(st.integers(-32768, 32767), max_size=50))
def test_16_bits_of_one_channel_stay_exact(values: list[int]) -> None:
    expected = np.array(values, ">i2").tobytes()
    for sample_format, dtype, factor in (
        (Format.S16LE, "<i2", 1),
        (Format.S16BE, ">i2", 1),
        (Format.S32BE, ">i4", 65536),
        (Format.FLOAT32LE, "<f4", 1 / 32768),
    ):
        raw = (np.array(values) * factor).astype(dtype).tobytes()
        spec = SampleSpec(sample_format, 1, 44_100)
        assert Converter(spec, b"\0").convert(raw, len(values)) == expected


def test_volume_is_a_factor() -> None:
    converter = Converter(SampleSpec(Format.S16BE, 1, 44_100), b"\0")
    assert converter.convert(np.array([1000, -30000], ">i2").tobytes(), 2, 0.5) == (
        np.array([500, -15000], ">i2").tobytes()
    )


def test_six_channels_are_mixed_to_two() -> None:
    converter = Converter(SampleSpec(Format.S16LE, 6, 48_000), bytes((1, 2, 3, 7, 5, 6)))
    assert (converter.rate, converter.channels) == (48_000, 2)
    samples = np.zeros((3, 6), "<i2")
    samples[0, 0] = samples[1, 2] = samples[2, 3] = 10_000  # left, centre, low frequencies
    mixed = np.frombuffer(converter.convert(samples.tobytes(), 3), ">i2").reshape(-1, 2)
    assert mixed[0, 0] > 4000
    assert mixed[0, 1] == 0
    assert mixed[1, 0] == mixed[1, 1] > 2500
    assert mixed[2].tolist() == [0, 0]


@pytest.mark.parametrize("rate", [48_001, 64_000, 88_200, 96_000, 176_400, 192_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_higher_rates_are_resampled_without_a_jump(rate: int, channels: int) -> None:
    converter = Converter(SampleSpec(Format.S16LE, channels, rate), stereo(channels))
    assert (converter.rate, converter.channels) == (48_000, 2)
    tone = np.rint(LEVEL * np.sin(2 * np.pi * HERTZ * np.arange(rate) / rate)).astype("<i2")
    frames = np.repeat(tone[:, np.newaxis], channels, axis=1)
    blocks = [converter.convert(block.tobytes(), 960) for block in np.array_split(frames, 50)]
    assert max(len(block) for block in blocks) <= 960 * 4
    samples = np.frombuffer(b"".join(blocks), ">i2").reshape(-1, 2)[:, 0].astype(float)
    assert 48_000 - 2 * 50 <= len(samples) <= 48_000
    angles = 2 * np.pi * HERTZ * np.arange(1000, 47_000) / 48_000
    waves = np.stack([np.sin(angles), np.cos(angles)], axis=1)
    parts, *_ = np.linalg.lstsq(waves, samples[1000:47_000], rcond=None)
    assert np.hypot(*parts) == pytest.approx(LEVEL, rel=0.001)
    assert np.abs(samples[1000:47_000] - waves @ parts).max() < 8
