"""The RTP rendition: when it encodes, what decodes from it, key frames, and the frame rate."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from moof.geometry import EMPTY, Rect
from moof.ipc import Frame, PixelFormat
from moof.media.codecs import CODECS, AccessUnit, PictureQuality, VideoEncoder
from moof.server.protocol.frame_info import Cursor, PingTimes
from moof.server.video.framebuffer import FrameSource, ShadowFramebuffer
from moof.server.video.rendition import EncodeJob, OutgoingFrame
from moof.server.video.rtp_rendition import (
    KEY_FRAME_INTERVAL,
    FrameRateLimiter,
    KeyFrameScheduler,
    RtpRendition,
)
from moof.server.viewers import PictureWishes

SMALL = Rect(0, 0, 2, 2)


class RecordingEncoder(VideoEncoder):
    """An encoder that records how it was called."""

    def __init__(self, width: int, height: int, fps: int) -> None:
        self.calls: list[tuple[Any, int, bool]] = []
        self.size = (width, height)
        self.closed = False
        self.refine = False
        self.data = b"unit"
        self.bitrates: list[int] = []
        self.quality = PictureQuality.SHARP
        self.blocks: Any = None

    def encode(
        self, bgra: NDArray[Any], dirty: Any, rtp_timestamp: int, key: bool = False, blocks: Any = None
    ) -> AccessUnit:
        assert bgra.shape == (self.size[1], self.size[0], 4)
        key = key or not self.calls
        self.blocks = blocks
        self.calls.append((dirty, rtp_timestamp, key))
        return AccessUnit(self.data, key, refine=self.refine)

    def set_bitrate(self, bitrate: int) -> None:
        self.bitrates.append(bitrate)

    def set_quality(self, quality: PictureQuality) -> None:
        assert not self.calls
        self.quality = quality

    def close(self) -> None:
        self.closed = True


class Stage(FrameSource):
    """A rendition, its encoders and a framebuffer of one colour; as a frame source it never changes."""

    def __init__(self, quality: PictureQuality = PictureQuality.SHARP) -> None:
        self.encoders: list[RecordingEncoder] = []
        codec = replace(CODECS["h264"], make=self.make, packetize=lambda data: [data, data])
        self.rendition = RtpRendition(codec, 60, quality)
        self.framebuffer = ShadowFramebuffer()
        self.now = 100.0
        self.rtp_timestamp = 1000

    def make(self, width: int, height: int, fps: int) -> RecordingEncoder:
        self.encoders.append(RecordingEncoder(width, height, fps))
        return self.encoders[-1]

    def show(self, width: int = 16, height: int = 16, colour: int = 0) -> None:
        pixels = np.full((height, width, 4), colour, np.uint8)
        frame = Frame(1, 0, 0, width, height, PixelFormat.BGRA, EMPTY, 0, 0, False, 0, None, pixels)
        _, changed, _ = self.framebuffer.update(frame, self)
        self.rendition.mark_changed(changed, self.framebuffer.size)

    def encode(
        self, viewers: Sequence[Any], changed: Rect = EMPTY, seconds: float = 1 / 60, **fields: Any
    ) -> list[OutgoingFrame]:
        self.rendition.mark_changed(changed, self.framebuffer.size)
        self.now += seconds
        self.rtp_timestamp += 1500
        job = EncodeJob(self.framebuffer, Cursor(0, 0, False), self.rtp_timestamp, 0, self.now, **fields)
        return self.rendition.encode(job, viewers)

    @property
    def due_in(self) -> float:
        due_at = self.rendition.due_at()
        assert due_at is not None
        return due_at - self.now

    @property
    def calls(self) -> list[tuple[Any, int, bool]]:
        return self.encoders[-1].calls

    def current(self) -> Frame | None:
        return None

    def still_valid(self, frame: Frame) -> bool:
        return True


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.show()
    stage.rendition.add_viewer("viewer")
    return stage


def test_viewers_share_one_encoded_picture(stage: Stage, make_viewer: Any) -> None:
    viewers = [make_viewer(id=name) for name in "abc"]
    frames = stage.encode(viewers)
    assert [frame.viewer for frame in frames] == viewers
    assert frames[0].payloads is frames[2].payloads
    assert len(stage.calls) == 1


def test_unchanged_picture_is_not_encoded(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    assert stage.due_in > 1
    stage.show()
    assert stage.encode([make_viewer()]) == []
    assert len(stage.calls) == 1


def test_encoder_gets_the_blocks_that_changed_since_its_last_picture(stage: Stage, make_viewer: Any) -> None:
    stage.show(48, 16)
    stage.encode([make_viewer()])
    assert stage.encoders[-1].blocks.tolist() == [[True, True, True]]
    stage.encode([make_viewer()], changed=SMALL)
    assert stage.encoders[-1].blocks.tolist() == [[False, False, False]]
    for colours in ((0, 0, 9), (7, 0, 9)):
        pixels = (
            np.repeat(np.array(colours, np.uint8), 16)[None, :, None].repeat(16, axis=0).repeat(4, axis=2)
        )
        frame = Frame(1, 0, 0, 48, 16, PixelFormat.BGRA, EMPTY, 0, 0, False, 0, None, pixels)
        stage.rendition.mark_changed(stage.framebuffer.update(frame, stage)[1], stage.framebuffer.size)
    stage.encode([make_viewer()])
    assert stage.encoders[-1].blocks.tolist() == [[True, False, True]]


def test_changes_are_merged_until_they_are_encoded(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    stage.rendition.mark_changed(Rect(1, 1, 2, 2), (16, 16))
    stage.encode([make_viewer()], changed=Rect(8, 1, 2, 2))
    assert stage.calls[-1][0] == (1, 1, 9, 2)


def test_new_viewer_of_static_picture_gets_a_key_frame(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    stage.rendition.add_viewer("another")
    assert stage.due_in <= 0
    stage.encode([make_viewer()])
    assert stage.calls[-1] == ((0, 0, 0, 0), stage.rtp_timestamp, True)


def test_keyframe_requests_are_limited_to_one_per_interval(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    for _ in range(60):
        stage.rendition.request_keyframe("viewer")
        stage.encode([make_viewer()])
    keys = [key for _, _, key in stage.calls].count(True)
    assert keys in (int(1 / KEY_FRAME_INTERVAL), 1 + int(1 / KEY_FRAME_INTERVAL))


def test_frame_message_without_picture_has_the_last_timestamp(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    (frame,) = stage.encode([make_viewer()], send_info=True)
    assert frame.payloads == ()
    assert frame.info.rtp_timestamp == stage.calls[-1][1] == stage.rtp_timestamp - 1500


def test_another_size_opens_a_new_encoder_with_a_key_frame(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    stage.show(32, 24)
    stage.encode([make_viewer()])
    assert [encoder.size for encoder in stage.encoders] == [(16, 16), (32, 24)]
    assert stage.encoders[0].closed
    assert stage.calls == [((0, 0, 32, 24), stage.rtp_timestamp, True)]


def test_coarse_picture_is_refined_once_it_rests(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    stage.encoders[0].refine = True
    stage.show(colour=9)
    stage.encode([make_viewer()])
    assert 1 / 60 < stage.due_in < 0.1
    assert stage.encode([make_viewer()]) == []
    for _ in range(10):
        stage.encode([make_viewer()])
    assert len(stage.calls) > 8
    stage.encoders[0].refine = False
    stage.encode([make_viewer()])
    assert stage.due_in > 1


def test_refinements_of_one_picture_are_limited(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    stage.encoders[0].refine = True
    stage.show(colour=9)
    for _ in range(200):
        stage.encode([make_viewer()])
    assert len(stage.calls) < 120
    assert stage.due_in > 0.1


def test_refinement_starts_anew_after_a_key_frame(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    stage.encoders[0].refine = True
    for _ in range(200):
        stage.encode([make_viewer()])
    stage.rendition.request_keyframe("viewer")
    stage.encode([make_viewer()])
    assert stage.due_in < 0.1


def test_static_picture_is_repeated_to_keep_the_stream_alive(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    for _ in range(60 * 10):
        stage.encode([make_viewer()])
    assert 4 <= len(stage.calls) <= 8
    assert stage.calls[-1][0] == (0, 0, 0, 0)
    assert not stage.calls[-1][2]


def test_close_closes_the_encoder(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    stage.rendition.close()
    stage.rendition.close()
    assert stage.encoders[0].closed


def test_codec_of_tiles_is_rejected() -> None:
    with pytest.raises(ValueError, match="RTP"):
        RtpRendition(CODECS["png"], 60)


def test_h264_decodes_to_the_framebuffers_pixels(make_viewer: Any) -> None:
    codec = CODECS["h264"]
    units: list[bytes] = []

    def keep(unit: bytes) -> list[bytes]:
        units.append(unit)
        return [unit]

    stage = Stage()
    stage.rendition = RtpRendition(replace(codec, packetize=keep), 60)
    stage.rendition.add_viewer("viewer")
    for colour in (10, 90, 200):
        stage.show(64, 48, colour)
        stage.encode([make_viewer()])
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    frames = [frame for unit in units for frame in decoder.decode(av.Packet(unit))]
    frames += decoder.decode(None)
    decoded = frames[-1].to_ndarray(format="rgb24")
    assert np.abs(decoded.astype(int) - 200).max() <= 6
    stage.rendition.close()


def test_bitrate_follows_the_slowest_viewers_network(stage: Stage, make_viewer: Any) -> None:
    fast, slow = make_viewer(id="fast"), make_viewer(id="slow", bandwidth=1e6)
    stage.encode([fast, slow])
    assert stage.encoders[-1].bitrates == [900_000]
    slow.bandwidth = 1.01e6
    stage.encode([fast, slow], changed=SMALL)
    assert len(stage.encoders[-1].bitrates) == 1
    slow.bandwidth = 2e6
    stage.encode([fast, slow], changed=SMALL)
    assert stage.encoders[-1].bitrates[1:] == [1_800_000]


def test_frame_rate_falls_when_the_encoder_exceeds_the_bandwidth(stage: Stage, make_viewer: Any) -> None:
    viewer, pictures = make_viewer(bandwidth=1e6), 0
    stage.encode([viewer])
    stage.encoders[-1].data = bytes(12_500)
    for _ in range(600):
        pictures += len(stage.encode([viewer], changed=SMALL))
    assert pictures == pytest.approx(100, abs=3)


def test_ping_is_answered_with_the_picture_that_had_to_wait(stage: Stage, make_viewer: Any) -> None:
    viewer, ping = make_viewer(bandwidth=1e6), PingTimes(7, 1.0, 2, 3, 4)
    stage.encode([viewer])
    stage.encoders[-1].data = bytes(50_000)
    stage.encode([viewer], changed=SMALL)
    assert stage.encode([viewer], changed=SMALL, send_info=True, ping=ping) == []
    (frame,) = stage.encode([viewer], seconds=1)
    assert frame.payloads
    assert frame.info.ping == ping
    assert frame.send_info


def test_frame_messages_are_sent_on_request_and_to_new_viewers_only(stage: Stage, make_viewer: Any) -> None:
    def sent(send_info: bool = False) -> bool:
        (frame,) = stage.encode([make_viewer()], changed=SMALL, send_info=send_info)
        assert frame.payloads
        return frame.send_info

    assert [sent(), sent(), sent(send_info=True), sent()] == [True, False, True, False]
    stage.rendition.add_viewer("another")
    assert [sent(), sent()] == [True, False]


def test_no_key_frame_is_due_at_first() -> None:
    assert KeyFrameScheduler().due_at() is None
    assert not KeyFrameScheduler().due(1e9)


def test_new_viewer_never_waits_for_a_key_frame() -> None:
    scheduler = KeyFrameScheduler()
    scheduler.encoded(10.0)
    scheduler.viewer_joined()
    assert scheduler.due(10.0)


def test_first_loss_is_answered_at_once_and_the_next_after_the_interval() -> None:
    scheduler = KeyFrameScheduler()
    scheduler.picture_lost()
    assert scheduler.due(10.0)
    scheduler.encoded(10.0)
    assert not scheduler.due(11.0)
    scheduler.picture_lost()
    assert not scheduler.due(10.0)
    assert scheduler.due(10.0 + KEY_FRAME_INTERVAL)


def test_loss_within_the_interval_is_kept() -> None:
    scheduler = KeyFrameScheduler()
    scheduler.encoded(10.0)
    scheduler.picture_lost()
    assert not scheduler.due(10.0 + KEY_FRAME_INTERVAL / 2)
    assert scheduler.due_at() == 10.0 + KEY_FRAME_INTERVAL
    assert scheduler.due(10.0 + KEY_FRAME_INTERVAL)


def test_one_key_frame_answers_all_requests() -> None:
    scheduler = KeyFrameScheduler()
    scheduler.viewer_joined()
    scheduler.picture_lost()
    scheduler.encoded(10.0)
    assert scheduler.due_at() is None


def test_limiter_never_delays_pictures_that_fit() -> None:
    limiter = FrameRateLimiter()
    for frame in range(600):
        now = frame / 60
        assert limiter.ready_at <= now
        limiter.spend(2000, 1e6, now)


def test_limiter_lowers_the_frame_rate_to_the_bitrate() -> None:
    limiter, now, pictures = FrameRateLimiter(), 0.0, 0
    while now < 10.0:
        if limiter.ready_at <= now:
            limiter.spend(12_500, 1e6, now)
            pictures += 1
        now += 1 / 60
    assert pictures == pytest.approx(10 * 1e6 / 100_000, abs=2)


def test_limiter_delays_the_picture_after_a_large_one() -> None:
    limiter = FrameRateLimiter()
    limiter.spend(50_000, 1e6, 1.0)
    assert limiter.ready_at == pytest.approx(1.3)
    limiter.spend(1_000_000, 1e6, 1.0)
    assert limiter.ready_at == pytest.approx(1.4)


def test_saving_bits_means_a_coarser_encoder_and_fewer_pictures(make_viewer: Any) -> None:
    stage = Stage(PictureQuality.SAVING)
    stage.show()
    stage.rendition.add_viewer("viewer")
    viewer = make_viewer()
    assert stage.encode([viewer])[0].payloads
    assert stage.encoders[0].quality is PictureQuality.SAVING
    sent = [bool(frame.payloads) for _ in range(30) for frame in stage.encode([viewer], SMALL)]
    assert sent.count(True) == 10


def test_a_limited_viewer_gets_no_more_bits_than_its_limit(make_viewer: Any) -> None:
    """Whatever the encoder makes: pictures wait until there is room for them."""
    stage = Stage()
    stage.show()
    stage.rendition.add_viewer("viewer")
    viewer = make_viewer(bandwidth=4e5, wishes=PictureWishes(limit=4e5))
    stage.encode([viewer])
    stage.encoders[0].data = bytes(4000)
    started = stage.now
    frames = [frame for _ in range(600) for frame in stage.encode([viewer], SMALL)]
    bits = sum(len(payload) * 8 for frame in frames for payload in frame.payloads[:1])
    assert 0.7 * 4e5 < bits / (stage.now - started) < 1.1 * 4e5
    assert stage.encoders[0].bitrates == [360_000]
