"""Every RTP codec of the table, decoded by FFmpeg and compared with the source."""

import os
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from moof.geometry import EMPTY, Rect
from moof.media.codecs import CODECS, AccessUnit, Transport, VideoEncoder
from moof.media.codecs.av1 import Av1Encoder
from moof.media.codecs.avencoder import ordinary_scheduling
from moof.media.codecs.h264 import default_bitrate
from moof.media.codecs.planar import plane_of
from moof.media.codecs.vp9 import AvVp9Encoder
from moof.media.raster import PictureError


def policies() -> set[int]:
    return {os.sched_getscheduler(int(task.name)) for task in Path("/proc/self/task").iterdir()}


@pytest.mark.parametrize("name", [name for name, codec in CODECS.items() if codec.make is not None])
def test_no_thread_keeps_real_time_scheduling(name: str) -> None:
    make = CODECS[name].make
    assert make is not None
    encoder = make(64, 48, 60)
    encoder.encode(np.zeros((48, 64, 4), np.uint8), None, 0, key=True)
    assert policies() == {os.SCHED_OTHER}
    encoder.close()
    assert policies() == {os.SCHED_OTHER}


def test_ordinary_scheduling_resets_real_time_threads() -> None:
    with ordinary_scheduling():
        try:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        except PermissionError:
            return  # not permitted here: there is nothing to reset
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


Picture = NDArray[np.uint8]
Desktop = Callable[[int, int, int], Picture]
WIDTH, HEIGHT = 320, 240
BY_RTP = [name for name, codec in CODECS.items() if codec.transport is Transport.RTP]
DECODERS = {"video/H264": "h264", "video/VP9": "vp9", "video/AV1": "libdav1d"}


def decoder_for(name: str) -> Callable[[AccessUnit], av.VideoFrame]:
    context = av.CodecContext.create(DECODERS[CODECS[name].mime], "r")
    assert isinstance(context, av.VideoCodecContext)
    context.thread_count = 1
    if context.name == "libdav1d":
        context.options = {"framethreads": "1", "tilethreads": "1"}

    def show(unit: AccessUnit) -> av.VideoFrame:
        frames = context.decode(av.Packet(unit.data))
        assert len(frames) == 1
        return frames[0]

    return show


def encoder_for(name: str, width: int = WIDTH, height: int = HEIGHT) -> VideoEncoder:
    make = CODECS[name].make
    assert make is not None
    return make(width, height, 60)


def rgb(frame: av.VideoFrame) -> NDArray[np.float64]:
    """BT.709 in full range, as the bitstream must state; chroma of 4:2:0 is repeated."""
    luma, blue, red = (plane_of(plane).astype(np.float64) for plane in frame.planes)
    if blue.shape != luma.shape:
        blue, red = (plane.repeat(2, axis=0).repeat(2, axis=1) for plane in (blue, red))
    y, u, v = luma / 255, (blue - 128) / 255, (red - 128) / 255
    r, b = y + 1.5748 * v, y + 1.8556 * u
    g = (y - 0.2126 * r - 0.0722 * b) / 0.7152
    colours: NDArray[np.float64] = np.clip(np.dstack([r, g, b]) * 255, 0, 255)
    return colours


def settle(name: str, picture: Picture) -> av.VideoFrame:
    encoder, show = encoder_for(name, picture.shape[1], picture.shape[0]), decoder_for(name)
    unit = encoder.encode(picture, None, 0, True)
    frame = show(unit)
    for i in range(1, 90):
        if not unit.refine:
            break
        unit = encoder.encode(picture, EMPTY, i * 1500)
        frame = show(unit)
    else:
        pytest.fail("it never is fine enough")
    encoder.close()
    return frame


@pytest.mark.parametrize("name", BY_RTP)
def test_static_picture_is_refined(name: str, desktop: Desktop) -> None:
    picture = desktop(WIDTH, HEIGHT, 0)
    picture[..., :3] = picture[..., 1:2]
    error = rgb(settle(name, picture)) - picture[..., 2::-1]
    assert np.mean(error**2) < 255**2 / 10**4.6  # 46 dB


@pytest.mark.parametrize("name", ["h264-444", "vp9-444"])
def test_full_chroma_keeps_coloured_edges(name: str) -> None:
    picture = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    picture[:, ::2, 2] = 200
    picture[:, 1::2, 0] = 200
    error = rgb(settle(name, picture)) - picture[..., 2::-1]
    assert np.abs(error).mean() < 4


@pytest.mark.parametrize("name", BY_RTP)
def test_bitstream_states_the_colour_space(name: str, desktop: Desktop) -> None:
    frame = settle(name, desktop(WIDTH, HEIGHT, 0))
    assert (frame.colorspace, frame.color_range) == (1, 2)  # BT.709, full


@pytest.mark.parametrize("name", BY_RTP)
@pytest.mark.parametrize(("width", "height"), [(512, 342), (321, 241)])
def test_sizes_that_are_not_whole_blocks(name: str, width: int, height: int, desktop: Desktop) -> None:
    frame = settle(name, desktop(width, height, 0))
    assert 0 <= frame.width - width <= 1
    assert 0 <= frame.height - height <= 1


@pytest.mark.parametrize("name", BY_RTP)
def test_key_frames_on_request_only(name: str, desktop: Desktop) -> None:
    encoder = encoder_for(name)
    keys = [encoder.encode(desktop(WIDTH, HEIGHT, i), None, i * 1500, i == 4).key for i in range(8)]
    assert keys == [i in (0, 4) for i in range(8)]
    encoder.close()


@pytest.mark.parametrize("name", BY_RTP)
def test_payloads_fit_their_packets(name: str, desktop: Desktop) -> None:
    packetize = CODECS[name].packetize
    assert packetize is not None
    payloads = packetize(encoder_for(name).encode(desktop(WIDTH, HEIGHT, 0), None, 0).data)
    assert payloads
    assert all(0 < len(payload) <= 1180 for payload in payloads)


@pytest.mark.parametrize("kind", [AvVp9Encoder, Av1Encoder])
def test_lower_bitrate_reopens_the_encoder(
    kind: type[AvVp9Encoder] | type[Av1Encoder], desktop: Desktop
) -> None:
    usual = default_bitrate(WIDTH, HEIGHT, 60)
    encoder = kind(WIDTH, HEIGHT, 60, usual)
    picture = desktop(WIDTH, HEIGHT, 0)
    fine = encoder.encode(picture, None, 0)
    encoder.set_bitrate(usual * 9)  # it never aims higher than it was made for
    encoder.set_bitrate(usual * 9 // 10)
    assert not encoder.encode(picture, None, 1500).key
    encoder.set_bitrate(usual // 8)
    coarse = encoder.encode(picture, None, 3000)
    assert coarse.key
    assert len(coarse.data) < len(fine.data)


def test_a_picture_of_another_size_is_refused(desktop: Desktop) -> None:
    encoder = encoder_for("h264-444")
    with pytest.raises(PictureError):
        encoder.encode(desktop(WIDTH + 2, HEIGHT, 0), None, 0)


def test_av1_ends_motion_with_a_key_frame(desktop: Desktop) -> None:
    encoder, nothing = encoder_for("av1"), EMPTY
    assert not encoder.encode(desktop(WIDTH, HEIGHT, 0), None, 0).refine  # it is one
    moved = encoder.encode(desktop(WIDTH, HEIGHT, 4), None, 1500)
    assert (moved.key, moved.refine) == (False, True)
    rest = encoder.encode(desktop(WIDTH, HEIGHT, 4), nothing, 3000)
    assert (rest.key, rest.refine) == (True, False)


def test_av1_does_not_for_a_blinking_caret(desktop: Desktop) -> None:
    encoder, picture = encoder_for("av1"), desktop(WIDTH, HEIGHT, 0)
    encoder.encode(picture, None, 0)
    for i in range(1, 5):
        picture[100:112, 80, :3] ^= 255
        blink = encoder.encode(picture, Rect(80, 100, 1, 12), i * 1500)
        assert (blink.key, blink.refine) == (False, False)
        assert len(blink.data) < 400
