"""PyAV's libvpx through ctypes: its structures are verified, quantisers and the active map take effect."""

from collections.abc import Iterator
from typing import Any

import av
import numpy as np
import pytest

from moof.media.codecs import libvpx
from moof.media.codecs.codec import CodecError
from moof.media.codecs.planar import plane_of
from support.quantized_stream_tests import Planes, QuantizedStreamTests, noise_planes


@pytest.fixture
def planes(rng: np.random.Generator) -> Planes:
    return noise_planes(rng)


@pytest.fixture
def encoder(planes: Planes) -> Iterator[libvpx.VpxStream]:
    encoder = libvpx.VpxStream(planes, libvpx.ImageFormat.I420, 60)
    yield encoder
    encoder.close()


def error(data: list[bytes], planes: Planes) -> float:
    decoder = av.CodecContext.create("vp9", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.thread_count = 1
    frames = [decoder.decode(av.Packet(unit))[0] for unit in data]
    seen = plane_of(frames[-1].planes[0]).astype(np.float64)
    return float(np.abs(seen - planes[0]).mean())


def test_pyavs_own_library_is_known() -> None:
    assert libvpx.library() is not None


def test_another_layout_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    library: Any = libvpx.library()
    assert libvpx._as_expected(library)
    monkeypatch.setattr(libvpx, "_CONFIG_SIZE", 496)
    assert not libvpx._as_expected(library)


def test_another_version_is_not_trusted(monkeypatch: pytest.MonkeyPatch, planes: Planes) -> None:
    libvpx.library.cache_clear()
    monkeypatch.setattr(libvpx, "_VERSION", b"v0.")
    try:
        assert libvpx.library() is None
        with pytest.raises(CodecError, match="known version"):
            libvpx.VpxStream(planes, libvpx.ImageFormat.I420, 60)
    finally:
        libvpx.library.cache_clear()


def test_another_interface_is_refused(monkeypatch: pytest.MonkeyPatch, planes: Planes) -> None:
    monkeypatch.setattr(libvpx, "ABI_VERSION", libvpx.ABI_VERSION - 1)
    with pytest.raises(CodecError, match="cannot encode"):
        libvpx.VpxStream(planes, libvpx.ImageFormat.I420, 60)


@pytest.mark.parametrize("layout", libvpx.ImageFormat)
def test_both_layouts_are_decoded(layout: libvpx.ImageFormat, rng: np.random.Generator) -> None:
    planes = noise_planes(rng, step=2 if layout is libvpx.ImageFormat.I420 else 1)
    encoder = libvpx.VpxStream(planes, layout, 60)
    data, key = encoder.encode(10, key=True)
    encoder.close()
    assert key
    assert error([data], planes) < 1.5


class TestStream(QuantizedStreamTests):
    quantizers = (10, 20, 30, 40, 51, 65)
    coarse = 50
    error = staticmethod(error)
