"""Which blocks an encoder's library is told to copy, and until when a picture at rest is refined."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from moof.geometry import EMPTY, Rect
from moof.media.codecs.picture_quality import PictureQuality
from moof.media.codecs.planar import Chroma, PlanarPicture
from moof.media.codecs.quantizedencoder import BLOCK, QuantizedEncoder, QuantizedStream
from moof.media.codecs.quantizercontrol import FINEST, QuantizerControl

WIDTH, HEIGHT, TICKS = 100, 60, 1500
ROWS, COLUMNS = 4, 7


class RecordingStream(QuantizedStream):
    """Records what it is told; a picture is 40 bytes, a key frame more."""

    def __init__(self) -> None:
        self.constant: NDArray[np.uint8] = np.zeros((ROWS, COLUMNS), np.uint8)
        self.calls: list[tuple[int, bool]] = []
        self.closed = False

    def encode(self, quantizer: int, key: bool) -> tuple[bytes, bool]:
        self.calls.append((quantizer, key))
        return bytes(20 * (70 - quantizer) if key else 40), key

    def close(self) -> None:
        self.closed = True


def encoder_with(
    stream: QuantizedStream, bitrate: int = 1_000_000, fine_enough: int = 12
) -> QuantizedEncoder:
    picture = PlanarPicture(WIDTH, HEIGHT, Chroma.QUARTER)
    control = QuantizerControl(bitrate, 60, ROWS * COLUMNS)
    return QuantizedEncoder(WIDTH, HEIGHT, picture, stream, control, fine_enough)


def black() -> NDArray[np.uint8]:
    return np.zeros((HEIGHT, WIDTH, 4), np.uint8)


@settings(deadline=None)  # the kernels are loaded at their first use
@given(st.integers(-20, 120), st.integers(-20, 80), st.integers(1, 120), st.integers(1, 80))
def test_blocks_outside_the_dirty_rectangle_are_constant(x: int, y: int, width: int, height: int) -> None:
    stream = RecordingStream()
    encoder = encoder_with(stream)
    encoder.encode(black(), None, 0)
    encoder.encode(black(), Rect(x, y, width, height), TICKS)
    touched = np.zeros((ROWS * BLOCK, COLUMNS * BLOCK), bool)
    touched[:HEIGHT, :WIDTH][max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)] = True
    expected = touched.reshape(ROWS, BLOCK, COLUMNS, BLOCK).any(axis=(1, 3))
    assert np.array_equal(stream.constant == 0, expected)


def test_only_the_given_blocks_of_the_rectangle_have_changed() -> None:
    stream = RecordingStream()
    encoder = encoder_with(stream)
    encoder.encode(black(), None, 0)
    blocks = np.zeros((ROWS, COLUMNS), np.bool_)
    blocks[1, 2] = blocks[3, 6] = True
    encoder.encode(black(), Rect.whole(WIDTH, HEIGHT), TICKS, blocks=blocks)
    assert np.array_equal(stream.constant == 0, blocks)


def test_the_first_picture_is_a_key_frame_and_others_only_on_request() -> None:
    stream = RecordingStream()
    encoder = encoder_with(stream)
    keys = [encoder.encode(black(), EMPTY, i * TICKS, key=i == 3).key for i in range(5)]
    assert keys == [True, False, False, True, False]
    encoder.close()
    assert stream.closed


def test_a_picture_at_rest_is_refined_until_it_is_fine_enough() -> None:
    for fine_enough in (FINEST, 12):
        stream = RecordingStream()
        encoder = encoder_with(stream, bitrate=40_000, fine_enough=fine_enough)
        unit = encoder.encode(black(), None, 0)
        assert unit.refine
        count = 0
        while unit.refine:
            count += 1
            assert count < 1000
            unit = encoder.encode(black(), EMPTY, count * TICKS)
        assert stream.calls[-1][0] <= fine_enough


def test_the_bitrate_never_exceeds_the_first_one() -> None:
    stream = RecordingStream()
    encoder = encoder_with(stream)
    encoder.set_bitrate(9_000_000)
    encoder.encode(black(), None, 0)
    fine = stream.calls[-1][0]
    encoder.set_bitrate(1)
    for i in range(1, 30):
        encoder.encode(black(), None, i * TICKS)
    assert stream.calls[-1][0] > fine


@pytest.mark.parametrize("quality", PictureQuality)
def test_a_picture_at_rest_is_refined_to_its_quality_and_no_further(quality: PictureQuality) -> None:
    stream = RecordingStream()
    encoder = encoder_with(stream, bitrate=400_000)
    encoder.set_quality(quality)
    unit = encoder.encode(black(), None, 0)
    pictures = 1
    while unit.refine:
        unit = encoder.encode(black(), EMPTY, TICKS * pictures)
        pictures += 1
        assert pictures < 1000
    assert quality.level.finest <= unit.quantizer <= quality.level.finest + 2
    assert min(quantizer for quantizer, _ in stream.calls) >= quality.level.finest
