"""Outgoing frames and encoder statistics."""

import struct
from typing import Any

import pytest

from moof.server.protocol.frame_info import Cursor, FrameInfo, PingTimes
from moof.server.video.framebuffer import ShadowFramebuffer
from moof.server.video.rendition import EncodeJob, EncoderStats, OutgoingFrame

INFO = FrameInfo(8, 8, Cursor(0, 0, False), rtp_timestamp=77, update=5)


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
