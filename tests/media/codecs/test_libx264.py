"""PyAV's libx264 through ctypes: its structures are verified, and each quantiser takes effect."""

from collections.abc import Iterator
from typing import Any

import av
import numpy as np
import pytest

from moof.media.codecs import libx264
from moof.media.codecs.codec import CodecError
from support.quantized_stream_tests import HEIGHT, Planes, QuantizedStreamTests, noise_planes

OPTIONS = {"keyint": "infinite", "scenecut": "0", "threads": "1", "fps": "60"}


@pytest.fixture
def planes(rng: np.random.Generator) -> Planes:
    return noise_planes(rng)


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


def test_unknown_options_are_refused(planes: Planes) -> None:
    for options, profile in (({"no-such": "1"}, "main"), (OPTIONS, "no-such")):
        with pytest.raises(CodecError, match="cannot encode"):
            libx264.Encoder(planes, libx264.Csp.I420, "ultrafast", options, profile)


class TestStream(QuantizedStreamTests):
    quantizers = (10, 20, 30, 40, 51)
    coarse = 40
    error = staticmethod(error)
