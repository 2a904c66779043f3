"""Deliveries and stats."""

import struct
from typing import Any

import pytest

from moof.server.protocol.frame_info import FrameInfo
from moof.server.video.rendition import EncoderStats, OutgoingFrame

INFO = FrameInfo(8, 8, 0, 0, False, rtp_timestamp=77, update=5)


def test_video_goes_out_with_its_timestamp_and_the_time_it_went(make_viewer: Any) -> None:
    viewer = make_viewer()
    OutgoingFrame(viewer, INFO, payloads=[b"a", b"b"]).send()
    ((payloads, stamp, info),) = viewer.video
    assert (payloads, stamp) == ([b"a", b"b"], 77)
    assert struct.unpack_from("<d", info, 72)[0] > 1e15


def test_tiles_are_closed_by_the_frame_message(make_viewer: Any) -> None:
    viewer = make_viewer()
    OutgoingFrame(viewer, INFO, tiles=[b"tile"]).send()
    ((tile, closing),) = viewer.tiles
    assert tile == b"tile"
    assert (closing[0], len(closing)) == (1, 80)


def test_figures_are_smoothed_from_the_first_value_on() -> None:
    stats = EncoderStats()
    stats.note(100, 0.010, key=True)
    assert stats.encode_ms == pytest.approx(10)
    for _ in range(200):
        stats.note(50, 0.002)
    assert stats.encode_ms == pytest.approx(2, abs=0.1)
    assert (stats.pictures, stats.keys, stats.bytes) == (201, 1, 100 + 200 * 50)
