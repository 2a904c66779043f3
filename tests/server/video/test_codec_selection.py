import pytest

from moof.media.codecs import CODECS, Transport
from moof.server.video.codec_selection import (
    CALM_MOTION,
    SCARCE_BITS,
    ContentStats,
    first_supported,
    select_automatically,
)

EVERYTHING = [name for name, codec in CODECS.items() if codec.transport is Transport.RTP]
PLENTY = 20 * SCARCE_BITS


@pytest.mark.parametrize(
    ("wish", "accepted", "codec"),
    [
        ("h264", EVERYTHING, "h264"),
        ("h264-444", ["h264", "vp9"], "h264"),
        ("h264-444", ["h264-baseline"], "h264-baseline"),
        ("av1", ["vp9"], "vp9"),
        ("h264", ["av1", "vp9"], "vp9"),
        ("h264", [], "png"),
        ("png", EVERYTHING, "png"),
    ],
)
def test_a_browser_gets_the_next_best_thing(wish: str, accepted: list[str], codec: str) -> None:
    assert first_supported(wish, accepted) == codec


@pytest.mark.parametrize(
    ("colourful", "motion", "bandwidth", "current", "codec"),
    [
        (False, 9, PLENTY, "h264", "h264"),
        (True, 9, PLENTY, "h264", "h264-444"),
        (True, 9, SCARCE_BITS - 1, "h264-444", "av1"),
        (False, 9, SCARCE_BITS + 1, "h264", "h264"),
        (False, 9, SCARCE_BITS + 1, "av1", "av1"),  # only much more makes it worth another key frame
        (False, 9, 2 * SCARCE_BITS, "av1", "h264"),
        (True, 0, PLENTY, "h264-444", "png"),
        (False, 2 * CALM_MOTION, PLENTY, "h264", "h264"),
        (False, 2 * CALM_MOTION, PLENTY, "png", "png"),
        (False, 0, SCARCE_BITS - 1, "h264", "av1"),
        (False, 0, SCARCE_BITS + 1, "av1", "av1"),
    ],
)
def test_the_best_by_itself(
    colourful: bool, motion: float, bandwidth: float, current: str, codec: str
) -> None:
    assert select_automatically(EVERYTHING, ContentStats(colourful, motion), bandwidth, current) == codec


def test_a_browser_without_thrifty_codecs_keeps_to_video_on_a_narrow_line() -> None:
    assert select_automatically(["h264"], ContentStats(motion=0), 1.0, "h264") == "h264"


def test_a_browser_without_any_codec_gets_rectangles() -> None:
    assert select_automatically([], ContentStats(colourful=True), PLENTY, "h264") == "png"
    assert select_automatically([], ContentStats(colourful=True), 1.0, "png") == "png"
