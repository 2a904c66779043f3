import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.media.pcm import cross_fade, fade_in, fade_out, from_s16be, s16be_from_u8, to_s16be

values = st.lists(st.integers(-32768, 32767), max_size=64)


@given(values, st.sampled_from([1, 2]))
def test_big_endian_bytes_become_native_frames(samples: list[int], channels: int) -> None:
    samples = samples[: len(samples) // channels * channels]
    frames = from_s16be(struct.pack(f">{len(samples)}h", *samples), channels)
    assert frames.dtype == np.dtype("=i2")
    assert frames.shape == (len(samples) // channels, channels)
    assert frames.reshape(-1).tolist() == samples


@given(values)
def test_to_s16be_is_the_inverse(samples: list[int]) -> None:
    data = struct.pack(f">{len(samples)}h", *samples)
    assert to_s16be(from_s16be(data, 1)) == data


@pytest.mark.parametrize(("size", "channels"), [(3, 1), (6, 2), (4, 0)])
def test_partial_frames_are_refused(size: int, channels: int) -> None:
    with pytest.raises(ValueError, match="whole frames"):
        from_s16be(bytes(size), channels)


def test_memoryview_is_accepted() -> None:
    assert from_s16be(memoryview(b"\x01\x02"), 1).tolist() == [[0x0102]]


@given(st.binary(max_size=64))
def test_eight_bits_are_widened_around_silence(data: bytes) -> None:
    wide = from_s16be(s16be_from_u8(data), 1)[:, 0]
    assert wide.tolist() == [(byte - 128) * 256 for byte in data]


def test_fades_reach_silence_and_leave_the_source_alone() -> None:
    loud = np.full((480, 2), 20_000, np.int16)
    sunk, risen = fade_out(loud), fade_in(loud)
    assert (loud == 20_000).all()
    assert sunk[0, 0] > 19_990
    assert abs(sunk[-1, 0]) < 10
    assert (risen == sunk[::-1]).all()
    assert np.abs(np.diff(sunk[:, 0].astype(int))).max() < 100


def test_fading_nothing_gives_nothing() -> None:
    nothing = np.empty((0, 2), np.int16)
    assert fade_out(nothing).shape == (0, 2)
    assert cross_fade(nothing, nothing).shape == (0, 2)


def test_cross_fading_equal_sounds_changes_nothing() -> None:
    sound = np.arange(-500, 500, dtype=np.int16).reshape(-1, 2)
    assert (cross_fade(sound, sound) == sound).all()
