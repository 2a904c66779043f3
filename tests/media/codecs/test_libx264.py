"""PyAV's libx264 through ctypes: its structures are verified, and each quantiser takes effect."""

from collections.abc import Iterator
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from moof.media.codecs import libx264
from moof.media.codecs.codec import CodecError

WIDTH, HEIGHT = 128, 96
OPTIONS = {"keyint": "infinite", "scenecut": "0", "threads": "1", "fps": "60"}
Planes = list[NDArray[np.uint8]]


@pytest.fixture
def planes(rng: np.random.Generator) -> Planes:
    y = rng.integers(0, 256, (HEIGHT, WIDTH), np.uint8)
    return [y, *(np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8) for _ in range(2))]


@pytest.fixture
def encoder(planes: Planes) -> Iterator[libx264.Encoder]:
    encoder = libx264.Encoder(planes, libx264.Csp.I420, "ultrafast", OPTIONS, "main")
    yield encoder
    encoder.close()


def error(data: list[bytes], planes: Planes) -> float:
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.flags |= av.codec.context.Flags.low_delay
    frames = [decoder.decode(av.Packet(unit))[0] for unit in data]
    seen = frames[-1].to_ndarray()[:HEIGHT].astype(np.float64)
    return float(np.abs(seen - planes[0]).mean())


def test_pyavs_own_library_is_known() -> None:
    assert libx264.library() is not None


def test_another_layout_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    library: Any = libx264.library()
    assert libx264._as_expected(library)
    monkeypatch.setattr(libx264, "_PARAM_SIZE", 1016)
    assert not libx264._as_expected(library)


def test_another_build_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    libx264.library.cache_clear()
    monkeypatch.setattr(libx264, "BUILDS", (1,))
    try:
        assert libx264.library() is None
        with pytest.raises(CodecError, match="known build"):
            libx264.Encoder([np.zeros((16, 16), np.uint8)], libx264.Csp.I420, "ultrafast", {}, "main")
    finally:
        libx264.library.cache_clear()


def test_each_picture_has_the_quantiser_that_was_asked_for(encoder: libx264.Encoder, planes: Planes) -> None:
    units = {quantizer: encoder.encode(quantizer, key=True) for quantizer in (10, 20, 30, 40, 51)}
    assert all(key for _, key in units.values())
    sizes = [len(data) for data, _ in units.values()]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == len(sizes)
    errors = [error([data], planes) for data, _ in units.values()]
    assert errors == sorted(errors)
    assert errors[0] < 1.5


def test_constant_macroblocks_are_copied(encoder: libx264.Encoder, planes: Planes) -> None:
    first, _ = encoder.encode(10, key=True)
    planes[0][:, :64] ^= 255
    encoder.constant[:] = 1
    encoder.constant[:, 2:4] = 0
    second, key = encoder.encode(10, key=False)
    assert not key
    before = planes[0].copy()
    before[:, :32] ^= 255  # changed, but named constant
    assert error([first, second], [before]) < 1.5


def test_constant_but_coarse_macroblocks_are_refined(encoder: libx264.Encoder, planes: Planes) -> None:
    first, _ = encoder.encode(40, key=True)
    encoder.constant[:] = 1
    second, _ = encoder.encode(12, key=False)
    assert error([first], planes) > 10
    assert error([first, second], planes) < 2
    third, _ = encoder.encode(12, key=False)
    assert len(third) < 40


def test_unknown_options_are_refused(planes: Planes) -> None:
    for options, profile in (({"no-such": "1"}, "main"), (OPTIONS, "no-such")):
        with pytest.raises(CodecError, match="cannot encode"):
            libx264.Encoder(planes, libx264.Csp.I420, "ultrafast", options, profile)


def test_closing_twice_does_nothing(encoder: libx264.Encoder) -> None:
    encoder.close()
    encoder.close()
