"""The RTP rendition: when it encodes, what decodes from it, key frames."""

from collections.abc import Sequence
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from moof.geometry import Rect
from moof.ipc import Frame, PixelFormat
from moof.media.codecs import CODECS, AccessUnit, Codec, Transport
from moof.server.protocol.frame_info import FrameInfo, PingTimes
from moof.server.video.framebuffer import ShadowFramebuffer
from moof.server.video.keyframes import KEY_FRAME_INTERVAL
from moof.server.video.rendition import EncodeJob, OutgoingFrame
from moof.server.video.rtp_rendition import RtpRendition


class NoteTaker:
    """An encoder whose access units say what it was asked for."""

    def __init__(self, width: int, height: int, fps: int) -> None:
        self.calls: list[tuple[Any, int, bool]] = []
        self.size = (width, height)
        self.closed = False
        self.refine = False
        self.data = b"unit"
        self.bitrates: list[int] = []

    def encode(self, bgra: NDArray[Any], dirty: Any, rtp_timestamp: int, key: bool = False) -> AccessUnit:
        assert bgra.shape == (self.size[1], self.size[0], 4)
        key = key or not self.calls
        self.calls.append((dirty, rtp_timestamp, key))
        return AccessUnit(self.data, key, refine=self.refine)

    def set_bitrate(self, bitrate: int) -> None:
        self.bitrates.append(bitrate)

    def close(self) -> None:
        self.closed = True


class Stage:
    """A rendition, its encoders and a screen of one colour."""

    def __init__(self) -> None:
        self.encoders: list[NoteTaker] = []
        codec = Codec(
            "notes", "Notes", Transport.RTP, "video/notes", {}, self.make, lambda data: [data, data]
        )
        self.rendition = RtpRendition(codec, 60)
        self.framebuffer = ShadowFramebuffer()
        self.now = 100.0
        self.stamp = 1000

    def make(self, width: int, height: int, fps: int) -> NoteTaker:
        self.encoders.append(NoteTaker(width, height, fps))
        return self.encoders[-1]

    def show(self, width: int = 16, height: int = 16, colour: int = 0) -> None:
        pixels = np.full((height, width, 4), colour, np.uint8)
        frame = Frame(
            1, 0, 0, width, height, PixelFormat.BGRA, Rect(0, 0, 0, 0), 0, 0, False, 0, None, pixels
        )
        _, changed, _ = self.framebuffer.update(frame, self)
        self.rendition.mark_changed(changed, self.framebuffer.size)

    def encode(
        self,
        viewers: Sequence[Any],
        seconds: float = 1 / 60,
        send_info: bool = False,
        ping: PingTimes | None = None,
    ) -> list[OutgoingFrame]:
        self.now += seconds
        self.stamp += 1500
        info = FrameInfo(*self.framebuffer.size, 0, 0, False, self.stamp, 0, ping)
        return self.rendition.encode(EncodeJob(self.framebuffer, info, self.now, send_info), viewers)

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


def test_one_encode_serves_all(stage: Stage, make_viewer: Any) -> None:
    viewers = [make_viewer(id=name) for name in "abc"]
    deliveries = stage.encode(viewers)
    assert [delivery.viewer for delivery in deliveries] == viewers
    assert deliveries[0].payloads is deliveries[2].payloads
    assert len(stage.calls) == 1


def test_an_unchanged_picture_costs_nothing(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    due_at = stage.rendition.due_at()
    assert due_at is not None
    assert due_at > stage.now + 1
    stage.show()
    assert stage.encode([make_viewer()]) == []
    assert len(stage.calls) == 1


def test_changes_add_up_until_they_are_encoded(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    stage.rendition.mark_changed(Rect(1, 1, 2, 2), (16, 16))
    stage.rendition.mark_changed(Rect(8, 1, 2, 2), (16, 16))
    stage.encode([make_viewer()])
    assert stage.calls[-1][0] == (1, 1, 9, 2)


def test_a_newcomer_to_a_static_picture_gets_a_key_frame(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    stage.rendition.add_viewer("another")
    due_at = stage.rendition.due_at()
    assert due_at is not None
    assert due_at <= stage.now
    stage.encode([make_viewer()])
    assert stage.calls[-1] == ((0, 0, 0, 0), stage.stamp, True)


def test_losses_get_a_key_frame_at_most_every_interval(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    for _ in range(60):
        stage.rendition.request_keyframe("viewer")
        stage.encode([make_viewer()])
    keys = [key for _, _, key in stage.calls].count(True)
    assert keys in (int(1 / KEY_FRAME_INTERVAL), 1 + int(1 / KEY_FRAME_INTERVAL))


def test_news_travel_with_the_last_pictures_timestamp(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    (told,) = stage.encode([make_viewer()], send_info=True)
    assert told.payloads == ()
    assert told.info.rtp_timestamp == stage.calls[-1][1] == stage.stamp - 1500


def test_another_size_starts_a_new_stream_with_a_key_frame(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    stage.show(32, 24)
    stage.encode([make_viewer()])
    assert [encoder.size for encoder in stage.encoders] == [(16, 16), (32, 24)]
    assert stage.encoders[0].closed
    assert stage.calls == [((0, 0, 32, 24), stage.stamp, True)]


def due_in(stage: Stage) -> float:
    due_at = stage.rendition.due_at()
    assert due_at is not None
    return due_at - stage.now


def test_a_coarse_picture_is_refined_once_it_rests(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    stage.encoders[0].refine = True
    stage.show(colour=9)
    stage.encode([make_viewer()])
    assert 1 / 60 < due_in(stage) < 0.1
    assert stage.encode([make_viewer()]) == []
    for _ in range(10):
        stage.encode([make_viewer()])
    assert len(stage.calls) > 8
    stage.encoders[0].refine = False
    stage.encode([make_viewer()])
    assert due_in(stage) > 1


def test_a_picture_that_never_gets_good_is_given_up(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    stage.encoders[0].refine = True
    stage.show(colour=9)
    for _ in range(200):
        stage.encode([make_viewer()])
    assert len(stage.calls) < 120
    assert due_in(stage) > 0.1


def test_a_key_frame_is_refined_again(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    stage.encoders[0].refine = True
    for _ in range(200):
        stage.encode([make_viewer()])
    stage.rendition.request_keyframe("viewer")
    stage.encode([make_viewer()])
    assert due_in(stage) < 0.1


def test_a_picture_that_rests_is_kept_alive(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    for _ in range(60 * 10):
        stage.encode([make_viewer()])
    assert 4 <= len(stage.calls) <= 8
    assert stage.calls[-1][0] == (0, 0, 0, 0)
    assert not stage.calls[-1][2]


def test_closing_gives_the_encoder_back(stage: Stage, make_viewer: Any) -> None:
    stage.encode([make_viewer()])
    stage.rendition.close()
    stage.rendition.close()
    assert stage.encoders[0].closed


def test_tiles_are_no_video() -> None:
    with pytest.raises(ValueError, match="RTP"):
        RtpRendition(CODECS["png"], 60)


def test_h264_decodes_to_what_the_screen_shows(make_viewer: Any) -> None:
    codec = CODECS["h264"]
    assert codec.make is not None
    units: list[bytes] = []

    def keep(unit: bytes) -> list[bytes]:
        units.append(unit)
        return [unit]

    keeping = Codec("h264", "H.264", codec.transport, codec.mime, {}, codec.make, keep)
    stage = Stage()
    stage.rendition = RtpRendition(keeping, 60)
    stage.rendition.add_viewer("viewer")
    for colour in (10, 90, 200):
        stage.show(64, 48, colour)
        stage.encode([make_viewer()])
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    frames = [frame for unit in units for frame in decoder.decode(av.Packet(unit))]
    frames += decoder.decode(None)
    shown = frames[-1].to_ndarray(format="rgb24")
    assert np.abs(shown.astype(int) - 200).max() <= 6
    stage.rendition.close()


def test_the_encoder_follows_the_slowest_viewers_network(stage: Stage, make_viewer: Any) -> None:
    fast, slow = make_viewer(id="fast"), make_viewer(id="slow", bandwidth=1e6)
    stage.encode([fast, slow])
    assert stage.encoders[-1].bitrates == [900_000]
    stage.rendition.mark_changed(Rect(0, 0, 2, 2), (16, 16))
    slow.bandwidth = 1.01e6
    stage.encode([fast, slow])
    assert len(stage.encoders[-1].bitrates) == 1
    slow.bandwidth = 2e6
    stage.rendition.mark_changed(Rect(0, 0, 2, 2), (16, 16))
    stage.encode([fast, slow])
    assert stage.encoders[-1].bitrates[1:] == [1_800_000]


def test_a_network_that_takes_less_than_the_encoder_makes_gets_fewer_pictures(
    stage: Stage, make_viewer: Any
) -> None:
    viewer, pictures = make_viewer(bandwidth=1e6), 0
    stage.encode([viewer])
    stage.encoders[-1].data = bytes(12_500)
    for _ in range(600):
        stage.rendition.mark_changed(Rect(0, 0, 2, 2), (16, 16))
        pictures += len(stage.encode([viewer]))
    assert pictures == pytest.approx(100, abs=3)


def test_a_ping_comes_back_with_the_picture_that_had_to_wait(stage: Stage, make_viewer: Any) -> None:
    viewer, ping = make_viewer(bandwidth=1e6), PingTimes(7, 1.0, 2, 3, 4)
    stage.encode([viewer])
    stage.encoders[-1].data = bytes(50_000)
    stage.rendition.mark_changed(Rect(0, 0, 2, 2), (16, 16))
    stage.encode([viewer])
    stage.rendition.mark_changed(Rect(0, 0, 2, 2), (16, 16))
    assert stage.encode([viewer], send_info=True, ping=ping) == []
    (delivery,) = stage.encode([viewer], seconds=1)
    assert delivery.payloads
    assert delivery.info.ping == ping
    assert delivery.send_info


def test_messages_go_only_with_news_and_to_newcomers(stage: Stage, make_viewer: Any) -> None:
    def shown(send_info: bool = False) -> bool:
        stage.rendition.mark_changed(Rect(0, 0, 2, 2), (16, 16))
        (delivery,) = stage.encode([make_viewer()], send_info=send_info)
        assert delivery.payloads
        return delivery.send_info

    assert [shown(), shown(), shown(send_info=True), shown()] == [True, False, True, False]
    stage.rendition.add_viewer("another")
    assert [shown(), shown()] == [True, False]
