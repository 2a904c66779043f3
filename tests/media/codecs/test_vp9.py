"""VP9 by libvpx itself and through FFmpeg; for how its pictures look see test_avencoder.py."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

import moof.media.codecs.vp9 as vp9
from moof.geometry import EMPTY
from moof.media.codecs.codec import CodecError
from moof.media.codecs.planar import Chroma
from moof.media.codecs.vp9 import AvVp9Encoder, Vp9Encoder, _options, make

Desktop = Callable[[int, int, int], NDArray[np.uint8]]
WIDTH, HEIGHT = 320, 240
TICKS = 1500


@pytest.mark.parametrize(
    ("finest", "bitrate", "quality"), [(20, 1_000_000, 20), (14, 250_000, 30), (20, 1, 60)]
)
def test_lower_bitrate_is_a_coarser_quantizer(finest: int, bitrate: int, quality: int) -> None:
    assert _options(finest, 1_000_000, bitrate)["crf"] == str(quality)


@pytest.mark.parametrize("chroma", Chroma)
@pytest.mark.parametrize("kind", [Vp9Encoder, AvVp9Encoder])
def test_encoders_of_both_kinds_can_be_closed(
    kind: type[Vp9Encoder] | type[AvVp9Encoder], chroma: Chroma
) -> None:
    kind(64, 48, 60, 1_000_000, chroma).close()


def test_libvpx_is_called_itself_if_its_version_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(make(64, 48, 60), Vp9Encoder)
    vp9._direct.cache_clear()
    monkeypatch.setattr("moof.media.codecs.libvpx.library", lambda: None)
    try:
        assert isinstance(make(64, 48, 60), AvVp9Encoder)
    finally:
        vp9._direct.cache_clear()


@pytest.mark.parametrize("numbers", [(0, 48, 60, 1), (64, 0, 60, 1), (64, 48, 0, 1), (64, 48, 60, 0)])
def test_impossible_numbers_are_refused(numbers: tuple[int, int, int, int]) -> None:
    with pytest.raises(CodecError, match="libvpx cannot encode"):
        Vp9Encoder(*numbers)


def test_a_key_frame_fits_the_bucket_and_rest_refines_it(rng: np.random.Generator) -> None:
    picture = rng.integers(0, 2, (HEIGHT, WIDTH, 1), np.uint8).repeat(4, axis=2) * 255
    encoder = Vp9Encoder(WIDTH, HEIGHT, 60, 1_000_000)
    unit = encoder.encode(picture, None, 0)
    assert unit.key
    assert len(unit.data) * 8 <= 1_000_000 / 4
    quantizers, index = [unit.quantizer], 0
    while unit.refine:
        index += 1
        unit = encoder.encode(picture, EMPTY, index * TICKS)
        assert not unit.key
        quantizers.append(unit.quantizer)
        assert index < 300
    assert quantizers[-1] < quantizers[0]
    assert len(encoder.encode(picture, EMPTY, (index + 1) * TICKS).data) < 100
    encoder.close()


def test_a_lower_bitrate_needs_no_key_frame(rng: np.random.Generator) -> None:
    encoder = Vp9Encoder(WIDTH, HEIGHT, 60, 4_000_000)
    sizes: list[int] = []
    for bitrate in (4_000_000, 400_000):
        encoder.set_bitrate(bitrate)
        for _ in range(20):
            picture = rng.integers(0, 256, (HEIGHT, WIDTH, 4), np.uint8)
            unit = encoder.encode(picture, None, len(sizes) * TICKS)
            sizes.append(len(unit.data))
            assert unit.key == (len(sizes) == 1)
    assert sum(sizes[30:]) < sum(sizes[10:20])
    encoder.close()
