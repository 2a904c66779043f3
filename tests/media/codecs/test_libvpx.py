"""PyAV's libvpx through ctypes: its structures are verified, quantisers and the active map take effect."""

from collections.abc import Iterator
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from moof.media.codecs import libvpx
from moof.media.codecs.codec import CodecError
from moof.media.codecs.planar import plane_of

WIDTH, HEIGHT = 128, 96
Planes = list[NDArray[np.uint8]]


@pytest.fixture
def planes(rng: np.random.Generator) -> Planes:
    y = rng.integers(0, 256, (HEIGHT, WIDTH), np.uint8)
    return [y, *(np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8) for _ in range(2))]


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


def test_each_picture_has_the_quantiser_that_was_asked_for(encoder: libvpx.VpxStream, planes: Planes) -> None:
    units = {quantizer: encoder.encode(quantizer, key=True) for quantizer in (10, 20, 30, 40, 51, 65)}
    assert all(key for _, key in units.values())
    sizes = [len(data) for data, _ in units.values()]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == len(sizes)
    errors = [error([data], planes) for data, _ in units.values()]
    assert errors == sorted(errors)
    assert errors[0] < 1.5


def test_constant_blocks_are_copied(encoder: libvpx.VpxStream, planes: Planes) -> None:
    first, _ = encoder.encode(10, key=True)
    planes[0][:, :64] ^= 255
    encoder.constant[:] = 1
    encoder.constant[:, 2:4] = 0
    second, key = encoder.encode(10, key=False)
    assert not key
    before = planes[0].copy()
    before[:, :32] ^= 255  # changed, but named constant
    assert error([first, second], [before]) < 1.5


def test_constant_but_coarse_blocks_are_refined(encoder: libvpx.VpxStream, planes: Planes) -> None:
    first, _ = encoder.encode(50, key=True)
    encoder.constant[:] = 1
    second, _ = encoder.encode(12, key=False)
    assert error([first], planes) > 10
    assert error([first, second], planes) < 2
    third, _ = encoder.encode(12, key=False)
    assert len(third) < 40


@pytest.mark.parametrize("layout", libvpx.ImageFormat)
def test_both_layouts_are_decoded(layout: libvpx.ImageFormat, rng: np.random.Generator) -> None:
    planes = [rng.integers(0, 256, (HEIGHT, WIDTH), np.uint8)]
    step = 2 if layout is libvpx.ImageFormat.I420 else 1
    planes += [np.full((HEIGHT // step, WIDTH // step), 128, np.uint8) for _ in range(2)]
    encoder = libvpx.VpxStream(planes, layout, 60)
    data, key = encoder.encode(10, key=True)
    encoder.close()
    assert key
    assert error([data], planes) < 1.5


def test_closing_twice_does_nothing(encoder: libvpx.VpxStream) -> None:
    encoder.close()
    encoder.close()
