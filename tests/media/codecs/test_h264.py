from collections.abc import Callable

import av
import numpy as np
import pytest
from av.video.frame import PictureType
from numpy.typing import NDArray

import moof.media.codecs.h264 as h264
from moof.geometry import EMPTY, Rect
from moof.media.changed_blocks import blocks_shape
from moof.media.codecs import libx264
from moof.media.codecs.codec import AccessUnit, CodecError, VideoEncoder
from moof.media.codecs.h264 import AvH264Encoder, H264Encoder, default_bitrate, make
from moof.media.codecs.quantizercontrol import BUCKET_SECONDS
from moof.media.i420 import bgra_to_i420
from moof.media.packetize.h264 import nal_units
from moof.media.raster import PictureError

Picture = NDArray[np.uint8]
Desktop = Callable[[int, int, int], Picture]
Opener = Callable[..., VideoEncoder]
WIDTH, HEIGHT, FPS = 640, 480, 60


@pytest.fixture(params=[H264Encoder, AvH264Encoder])
def opener(request: pytest.FixtureRequest) -> Opener:
    """Both encoders, each at the default bitrate unless another is given."""

    def opened(width: int, height: int, bitrate: int | None = None) -> VideoEncoder:
        encoder: VideoEncoder = request.param(
            width, height, FPS, bitrate or default_bitrate(width, height, FPS)
        )
        request.addfinalizer(encoder.close)
        return encoder

    return opened


class Decoder:
    """Decodes access units to luma planes."""

    def __init__(self) -> None:
        self._context = av.CodecContext.create("h264", "r")
        self._context.flags |= av.codec.context.Flags.low_delay
        self.frames: list[av.VideoFrame] = []

    def show(self, unit: AccessUnit) -> Picture:
        frames = self._context.decode(av.Packet(unit.data))
        assert len(frames) == 1
        self.frames.extend(frames)
        return frames[0].to_ndarray()[: frames[0].height].astype(np.uint8, copy=False)


def luma(picture: Picture) -> Picture:
    height, width = picture.shape[0] + picture.shape[0] % 2, picture.shape[1] + picture.shape[1] % 2
    y = np.zeros((height, width), np.uint8)
    chroma = np.zeros((2, height // 2, width // 2), np.uint8)
    bgra_to_i420(picture, y, chroma[0], chroma[1])
    return y


def psnr(seen: Picture, sent: Picture) -> float:
    error = np.mean((seen.astype(float) - luma(sent)) ** 2)
    return float(10 * np.log10(219**2 / (error + 1e-9)))


def kinds(unit: AccessUnit) -> list[int]:
    return [nal[0] & 31 for nal in nal_units(unit.data)]


def test_every_picture_of_a_moving_window_is_decoded(desktop: Desktop, opener: Opener) -> None:
    encoder, decoder = opener(WIDTH, HEIGHT), Decoder()
    for i in range(30):
        picture = desktop(WIDTH, HEIGHT, 4 * i)
        unit = encoder.encode(picture, None, i * 1500, False)
        seen = decoder.show(unit)
        assert unit.key == (i == 0)
    assert psnr(seen, picture) > 35


def test_a_coarse_picture_is_refined_until_it_is_fine(desktop: Desktop, opener: Opener) -> None:
    encoder, decoder = opener(WIDTH, HEIGHT), Decoder()
    picture = desktop(WIDTH, HEIGHT, 0)
    unit = encoder.encode(picture, None, 0, True)
    first = psnr(decoder.show(unit), picture)
    repeats = 0
    while unit.refine:
        repeats += 1
        unit = encoder.encode(picture, EMPTY, repeats * 1500, False)
        last = psnr(decoder.show(unit), picture)
        assert repeats < 30
    assert repeats
    assert last > max(first, 42)


@pytest.mark.parametrize(("width", "height"), [(512, 342), (WIDTH, HEIGHT), (1920, 1080)])
def test_key_frames_stay_within_the_rate_buffer(
    width: int, height: int, desktop: Desktop, rng: np.random.Generator, opener: Opener
) -> None:
    bitrate = default_bitrate(width, height, FPS)
    noise = rng.integers(0, 256, (height, width, 4), np.uint8)
    for picture in (desktop(width, height, 0), noise):
        encoder = opener(width, height, bitrate)
        units = [encoder.encode(picture, None, i * 1500, i in (0, 5, 15)) for i in range(16)]
        keys = [len(unit.data) for unit in units if unit.key]
        assert len(keys) == 3
        assert max(keys) <= bitrate * BUCKET_SECONDS / 8


def test_each_key_frame_carries_its_parameter_sets_and_is_idr(desktop: Desktop, opener: Opener) -> None:
    encoder = opener(WIDTH, HEIGHT)
    units = [encoder.encode(desktop(WIDTH, HEIGHT, i), None, i * 1500, i == 3) for i in range(6)]
    assert [unit.key for unit in units] == [True, False, False, True, False, False]
    for unit in units:
        pictures = [kind for kind in kinds(unit) if kind in (1, 5)]
        assert set(pictures) == {5 if unit.key else 1}
        assert ({7, 8} <= set(kinds(unit))) == unit.key
    assert psnr(Decoder().show(units[3]), desktop(WIDTH, HEIGHT, 3)) > 25  # joins in the middle


def test_bitstream_states_profile_and_colours(desktop: Desktop, opener: Opener) -> None:
    encoder, decoder = opener(WIDTH, HEIGHT), Decoder()
    unit = encoder.encode(desktop(WIDTH, HEIGHT, 0), None, 0)
    sps = next(nal for nal in nal_units(unit.data) if nal[0] & 31 == 7)
    assert sps[1] == 77  # main
    assert sps[2] & 0x40  # constrained
    decoder.show(unit)
    for i in range(1, 8):
        decoder.show(encoder.encode(desktop(WIDTH, HEIGHT, i), None, i * 1500))
    assert {frame.pict_type for frame in decoder.frames} == {PictureType.I, PictureType.P}
    frame = decoder.frames[0]
    assert (frame.colorspace, frame.color_range, frame.color_primaries, frame.color_trc) == (1, 2, 1, 1)


def test_only_the_dirty_rectangle_is_read_after_the_first_picture(desktop: Desktop, opener: Opener) -> None:
    encoder, decoder = opener(WIDTH, HEIGHT), Decoder()
    picture = desktop(WIDTH, HEIGHT, 0)
    decoder.show(encoder.encode(picture, Rect(0, 0, 2, 2), 0))  # the first is converted whole all the same
    changed = picture.copy()
    changed[100:200, 100:200] = 0
    changed[300:400, 300:400] = 0
    for i in range(1, 12):
        seen = decoder.show(encoder.encode(changed, Rect(100, 100, 100, 100), i * 1500))
    assert seen[110:190, 110:190].max() < 24
    assert seen[310:390, 310:390].min() > 140


def test_only_the_changed_blocks_are_read_after_the_first_picture(desktop: Desktop, opener: Opener) -> None:
    encoder, decoder = opener(WIDTH, HEIGHT), Decoder()
    picture, blocks = desktop(WIDTH, HEIGHT, 0), np.zeros(blocks_shape(WIDTH, HEIGHT), np.bool_)
    whole = Rect.whole(WIDTH, HEIGHT)
    decoder.show(encoder.encode(picture, whole, 0, True, blocks))  # the first is converted whole all the same
    changed = picture.copy()
    changed[96:208, 96:208] = 0
    changed[304:400, 304:400] = 0
    blocks[6:13, 6:13] = True
    for i in range(1, 12):
        seen = decoder.show(encoder.encode(changed, whole, i * 1500, False, blocks))
    assert seen[100:204, 100:204].max() < 24
    assert seen[310:390, 310:390].min() > 140


@pytest.mark.parametrize(("width", "height"), [(1152, 870), (511, 343), (1920, 1080)])
def test_sizes_that_are_not_whole_macroblocks(
    width: int, height: int, desktop: Desktop, opener: Opener
) -> None:
    encoder, decoder = opener(width, height), Decoder()
    picture = desktop(width, height, 0)
    for i in range(8):
        seen = decoder.show(encoder.encode(picture, None, i * 1500))
    assert seen.shape == (height + height % 2, width + width % 2)
    assert psnr(seen, picture) > 30


def test_the_bitrate_changes_while_it_runs(rng: np.random.Generator, opener: Opener) -> None:
    encoder = opener(WIDTH, HEIGHT, 4_000_000)
    noise = [rng.integers(0, 256, (HEIGHT, WIDTH, 4), np.uint8) for _ in range(4)]

    def bits_a_second(first: int) -> float:
        units = [encoder.encode(noise[i % 4], None, (first + i) * 1500) for i in range(60)]
        assert not any(unit.key for unit in units[1:])
        return sum(len(unit.data) for unit in units[20:]) * 8 / 40 * FPS

    before = bits_a_second(0)
    encoder.set_bitrate(1_000_000)
    assert bits_a_second(60) < before / 2


def test_timestamps_may_wrap_and_repeat(desktop: Desktop, opener: Opener) -> None:
    encoder = opener(WIDTH, HEIGHT)
    for timestamp in (0xFFFFFF00, 0xFFFFFF00, 0x400, 0x9C0, 0x500_0000):
        assert encoder.encode(desktop(WIDTH, HEIGHT, 0), None, timestamp).data


def test_invalid_arguments_are_refused(desktop: Desktop, opener: Opener) -> None:
    with pytest.raises(CodecError, match="cannot encode"):
        opener(0, 0, 1_000_000)
    with pytest.raises(PictureError):
        opener(WIDTH, HEIGHT).encode(desktop(320, 200, 0), None, 0)


def test_unknown_library_falls_back_to_ffmpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(make(WIDTH, HEIGHT, FPS), H264Encoder)
    monkeypatch.setattr(libx264, "library", lambda: None)
    h264._direct.cache_clear()
    try:
        assert isinstance(make(WIDTH, HEIGHT, FPS), AvH264Encoder)
    finally:
        h264._direct.cache_clear()
