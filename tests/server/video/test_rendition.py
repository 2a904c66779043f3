"""Outgoing frames and encoder statistics; which renditions are in use, for which viewers, and their tiers."""

import struct
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.geometry import EMPTY, Rect
from moof.media.codecs import PictureQuality
from moof.server.protocol.frame_info import Cursor, FrameInfo, PingTimes
from moof.server.video.framebuffer import ShadowFramebuffer
from moof.server.video.rendition import (
    TIERS,
    EncodeJob,
    EncoderStats,
    OutgoingFrame,
    Rendition,
    RenditionFactory,
    RenditionFanout,
    Tiers,
)
from moof.server.viewers import NO_WISHES, PictureWishes, Viewer

INFO = FrameInfo(8, 8, Cursor(0, 0, False), rtp_timestamp=77, update=5)
NO_REQUESTS: frozenset[str] = frozenset()


class RecordingRendition(Rendition):
    """A rendition that records its calls."""

    def __init__(self, codec: str, quality: PictureQuality) -> None:
        self.codec, self.quality = codec, quality
        self.stats = EncoderStats()
        self.calls: list[Any] = []
        self.closed = False
        self.due: float | None = None

    def add_viewer(self, viewer_id: str) -> None:
        self.calls.append(("add", viewer_id))

    def request_keyframe(self, viewer_id: str) -> None:
        self.calls.append(("keyframe", viewer_id))

    def remove_viewer(self, viewer_id: str) -> None:
        self.calls.append(("remove", viewer_id))

    def mark_changed(self, changed: Rect, size: tuple[int, int]) -> None:
        self.calls.append((changed, size))

    def due_at(self) -> float | None:
        return self.due

    def encode(self, job: EncodeJob, viewers: Sequence[Viewer]) -> list[OutgoingFrame]:
        return [OutgoingFrame(viewer, job.frame_info()) for viewer in viewers]

    def close(self) -> None:
        self.closed = True


class FanoutFixture(RenditionFactory):
    """A fanout and every rendition that it opened."""

    def __init__(self) -> None:
        self.opened: list[RecordingRendition] = []
        self.fanout = RenditionFanout(self)

    def create(self, codec: str, quality: PictureQuality) -> RecordingRendition:
        self.opened.append(RecordingRendition(codec, quality))
        return self.opened[-1]

    def update(self, *viewers: Any, requests: frozenset[str] = NO_REQUESTS, now: float = 0.0) -> None:
        self.fanout.update(viewers, requests, now)


def test_no_rendition_is_opened_without_viewers() -> None:
    fixture = FanoutFixture()
    fixture.update()
    fixture.fanout.mark_changed(Rect(0, 0, 1, 1), (8, 8))
    assert fixture.opened == []
    assert not fixture.fanout.in_use
    assert fixture.fanout.due_at() is None


def test_one_rendition_is_opened_for_each_codec_in_use(make_viewer: Any) -> None:
    fixture = FanoutFixture()
    fixture.fanout.mark_changed(EMPTY, (8, 8))
    fixture.update(make_viewer(id="a"), make_viewer(id="b"), make_viewer(id="c", codec="png"))
    assert {rendition.codec for rendition in fixture.opened} == {"h264", "png"}
    assert fixture.opened[0].calls == [(EMPTY, (8, 8)), ("add", "a"), ("add", "b")]
    assert set(fixture.fanout.stats) == {"h264", "png"}


def test_viewer_that_is_not_ready_is_left_out(make_viewer: Any) -> None:
    fixture = FanoutFixture()
    viewer = make_viewer(ready=False)
    fixture.update(viewer)
    assert not fixture.fanout.in_use
    viewer.ready = True
    fixture.update(viewer)
    assert ("add", viewer.id) in fixture.opened[0].calls


def test_viewers_are_added_once(make_viewer: Any) -> None:
    fixture = FanoutFixture()
    viewer = make_viewer()
    for _ in range(3):
        fixture.update(viewer)
    assert fixture.opened[0].calls.count(("add", viewer.id)) == 1


def test_another_viewer_with_the_same_id_is_added_anew(make_viewer: Any) -> None:
    fixture = FanoutFixture()
    fixture.update(make_viewer(id="a"))
    fixture.update(make_viewer(id="a"))
    assert fixture.opened[0].calls[1:] == [("add", "a"), ("remove", "a"), ("add", "a")]


def test_keyframe_request_is_passed_on(make_viewer: Any) -> None:
    fixture = FanoutFixture()
    viewer = make_viewer(id="a")
    fixture.update(viewer)
    fixture.update(viewer, requests=frozenset({"a", "unknown"}))
    assert fixture.opened[0].calls[-1] == ("keyframe", "a")


def test_codec_change_leaves_other_viewers_alone(make_viewer: Any) -> None:
    fixture = FanoutFixture()
    stays, changes = make_viewer(id="stays"), make_viewer(id="changes")
    fixture.update(stays, changes)
    changes.codec = "png"
    fixture.update(stays, changes)
    assert [rendition.codec for rendition in fixture.opened] == ["h264", "png"]
    assert fixture.opened[0].calls[-1] == ("remove", "changes")
    assert not fixture.opened[0].closed
    assert fixture.opened[1].calls[-1] == ("add", "changes")


def test_viewer_with_low_bandwidth_gets_its_own_rendition(make_viewer: Any) -> None:
    fixture = FanoutFixture()
    fast, slow = make_viewer(id="fast"), make_viewer(id="slow", bandwidth=1e6)
    fixture.update(fast, slow)
    fixture.update(fast, slow, now=3.0)
    assert [rendition.codec for rendition in fixture.opened] == ["h264", "h264"]
    assert fixture.opened[0].calls[-1] == ("remove", "slow")
    assert fixture.opened[1].calls[-1] == ("add", "slow")
    assert set(fixture.fanout.stats) == {"h264", "h264 tier 3"}


def test_rendition_without_viewers_is_closed(make_viewer: Any) -> None:
    fixture = FanoutFixture()
    fixture.update(make_viewer())
    fixture.update()
    assert fixture.opened[0].closed
    assert fixture.fanout.stats == {}
    fixture.update(make_viewer())
    assert len(fixture.opened) == 2


def test_changes_reach_all_renditions_and_the_earliest_due_time_counts(make_viewer: Any) -> None:
    fixture = FanoutFixture()
    fixture.update(make_viewer(id="a"), make_viewer(id="b", codec="png"))
    fixture.fanout.mark_changed(Rect(1, 2, 3, 4), (8, 8))
    assert all(rendition.calls[-1] == ((1, 2, 3, 4), (8, 8)) for rendition in fixture.opened)
    fixture.opened[0].due, fixture.opened[1].due = 7.0, 5.0
    assert fixture.fanout.due_at() == 5.0


def test_each_viewer_gets_the_frame_of_its_codec(make_viewer: Any) -> None:
    fixture = FanoutFixture()
    viewers = [make_viewer(id="a"), make_viewer(id="b", codec="png"), make_viewer(id="c")]
    fixture.update(*viewers)
    job = EncodeJob(ShadowFramebuffer(), Cursor(0, 0, False), 0, 0, now=0.0)
    assert {frame.viewer.id for frame in fixture.fanout.encode(job)} == {"a", "b", "c"}


def test_close_closes_all_renditions(make_viewer: Any) -> None:
    fixture = FanoutFixture()
    fixture.update(make_viewer(id="a"), make_viewer(id="b", codec="png"))
    fixture.fanout.close()
    assert all(rendition.closed for rendition in fixture.opened)


LONG_ENOUGH = 2.0


def final_tiers(*viewers: Any) -> dict[str, int]:
    """Return the tiers of viewers whose bandwidths have stayed the same for long enough."""
    tiers = Tiers()
    tiers.assign(viewers, 0.0)
    return tiers.assign(viewers, LONG_ENOUGH)


def test_single_viewer_stays_in_the_first_tier(make_viewer: Any) -> None:
    viewer, tiers = make_viewer(id="a"), Tiers()
    for now, viewer.bandwidth in enumerate([50e6, 1e5, 50e6, 3e6] * 4):
        assert tiers.assign([viewer], now * LONG_ENOUGH) == {"a": 0}


def test_slow_viewers_are_moved_to_lower_tiers(make_viewer: Any) -> None:
    viewers = [make_viewer(id=name, bandwidth=rate) for name, rate in [("a", 5e7), ("b", 5e6), ("c", 1e6)]]
    assert final_tiers(*viewers) == {"a": 0, "b": 0, "c": 2}
    viewers[2].bandwidth = 3e6
    assert final_tiers(*viewers) == {"a": 0, "b": 0, "c": 1}


def test_bandwidth_above_the_useful_rate_makes_no_difference(make_viewer: Any) -> None:
    assert final_tiers(make_viewer(id="a", bandwidth=5e7), make_viewer(id="b", bandwidth=9e6)) == {
        "a": 0,
        "b": 0,
    }


def test_tiers_of_different_codecs_are_independent(make_viewer: Any) -> None:
    assert final_tiers(make_viewer(id="a"), make_viewer(id="b", codec="vp9", bandwidth=1e6)) == {
        "a": 0,
        "b": 0,
    }


def test_short_dips_move_no_viewer(make_viewer: Any) -> None:
    fast, slow, tiers = make_viewer(id="fast"), make_viewer(id="slow"), Tiers()
    for now, slow.bandwidth in enumerate([5e7, 1e6, 5e7, 1e6, 5e7]):
        assert tiers.assign([fast, slow], now * 1.9)["slow"] == 0


@given(st.lists(st.floats(1e5, 5e7), min_size=1, max_size=8))
def test_above_the_last_tier_each_viewer_gets_a_third_of_its_bandwidth(rates: list[float]) -> None:
    class RatedViewer:
        codec = "h264"
        wishes = NO_WISHES

        def __init__(self, viewer_id: str, bandwidth: float) -> None:
            self.id, self.bandwidth = viewer_id, bandwidth

    viewers: list[Any] = [RatedViewer(str(number), rate) for number, rate in enumerate(rates)]
    tiers = final_tiers(*viewers)
    for viewer in viewers:
        shared = min(other.bandwidth for other in viewers if tiers[other.id] == tiers[viewer.id])
        if tiers[viewer.id] < TIERS - 1:
            assert shared >= min(viewer.bandwidth, 10e6) / 3 * 0.999


def test_viewers_who_limit_themselves_do_not_lower_the_picture_of_others(make_viewer: Any) -> None:
    free = make_viewer(id="free", bandwidth=5e7)
    limited = make_viewer(id="limited", bandwidth=8e6, wishes=PictureWishes(limit=8e6))
    assert final_tiers(free, limited) == {"free": 0, "limited": 1}
    assert final_tiers(limited) == {"limited": 0}
    slow = make_viewer(id="slow", bandwidth=1e6, wishes=PictureWishes(limit=9e6))
    assert final_tiers(free, slow) == {"free": 0, "slow": 2}


def test_lossless_pictures_have_no_tiers_and_one_quality(make_viewer: Any) -> None:
    wishes = PictureWishes(PictureQuality.SAVING, 3e5)
    free, limited = (
        make_viewer(id="a", codec="png"),
        make_viewer(id="b", codec="png", bandwidth=3e5, wishes=wishes),
    )
    assert final_tiers(free, limited) == {"a": 0, "b": 0}
    fixture = FanoutFixture()
    fixture.update(free, limited)
    assert [rendition.quality for rendition in fixture.opened] == [PictureQuality.SHARP]


def test_each_quality_has_a_rendition_of_its_own(make_viewer: Any) -> None:
    fixture = FanoutFixture()
    stays, changes = make_viewer(id="stays"), make_viewer(id="changes")
    fixture.update(stays, changes)
    changes.wishes = PictureWishes(PictureQuality.BALANCED)
    fixture.update(stays, changes)
    assert [rendition.quality for rendition in fixture.opened] == [
        PictureQuality.SHARP,
        PictureQuality.BALANCED,
    ]
    assert fixture.opened[0].calls[-1] == ("remove", "changes")
    assert set(fixture.fanout.stats) == {"h264", "h264 balanced"}


def test_frame_info_is_completed_from_the_job() -> None:
    ping = PingTimes(7, 1.0, 2, 3, 4)
    job = EncodeJob(ShadowFramebuffer(), Cursor(3, 4, True), rtp_timestamp=9, read_us=5, now=0.0)
    info = job.frame_info(rtp_timestamp=8, update=6, ping=ping)
    assert info == FrameInfo(0, 0, Cursor(3, 4, True), 8, 6, ping, t5_us=5, t6_us=info.t6_us)
    assert info.t6_us > 1e15


def test_rtp_payloads_are_sent_with_their_timestamp_and_t7(make_viewer: Any) -> None:
    viewer = make_viewer()
    OutgoingFrame(viewer, INFO, payloads=[b"a", b"b"]).send()
    ((payloads, stamp, info),) = viewer.video
    assert (payloads, stamp) == ([b"a", b"b"], 77)
    assert struct.unpack_from("<d", info, 72)[0] > 1e15


def test_tiles_are_followed_by_the_frame_message(make_viewer: Any) -> None:
    viewer = make_viewer()
    OutgoingFrame(viewer, INFO, tiles=[b"tile"]).send()
    ((tile, closing),) = viewer.tiles
    assert tile == b"tile"
    assert (closing[0], len(closing)) == (1, 80)


def test_encode_time_is_smoothed_from_the_first_value_on() -> None:
    stats = EncoderStats()
    stats.record(100, 0.010, key=True)
    assert stats.encode_ms == pytest.approx(10)
    for _ in range(200):
        stats.record(50, 0.002)
    assert stats.encode_ms == pytest.approx(2, abs=0.1)
    assert (stats.pictures, stats.keys, stats.bytes) == (201, 1, 100 + 200 * 50)
