"""Which codec is selected for a browser, its network and the picture's content."""

import pytest

from moof.media.codecs import CODECS, PictureQuality, Transport
from moof.server.video.codec_selection import (
    CALM_MOTION,
    SCARCE_BITS,
    first_supported,
    select_automatically,
)
from moof.server.video.framebuffer import ContentStats

ALL_RTP_CODECS = [name for name, codec in CODECS.items() if codec.transport is Transport.RTP]
AMPLE_BITS = 20 * SCARCE_BITS


@pytest.mark.parametrize(
    ("chosen", "accepted", "codec"),
    [
        ("h264", ALL_RTP_CODECS, "h264"),
        ("h264-444", ["h264", "vp9"], "h264"),
        ("h264-444", ["h264-baseline"], "h264-baseline"),
        ("av1", ["vp9"], "vp9"),
        ("h264", ["av1", "vp9"], "vp9"),
        ("h264", [], "png"),
        ("png", ALL_RTP_CODECS, "png"),
    ],
)
def test_unsupported_codec_is_replaced_by_its_fallback(chosen: str, accepted: list[str], codec: str) -> None:
    assert first_supported(chosen, accepted) == codec


@pytest.mark.parametrize(
    ("colourful", "motion", "bandwidth", "current", "codec"),
    [
        (False, 9, AMPLE_BITS, "h264", "h264"),
        (True, 9, AMPLE_BITS, "h264", "h264-444"),
        (True, 9, SCARCE_BITS - 1, "h264-444", "av1"),
        (False, 9, SCARCE_BITS + 1, "h264", "h264"),
        (False, 9, SCARCE_BITS + 1, "av1", "av1"),  # only much more bandwidth is worth another key frame
        (False, 9, 2 * SCARCE_BITS, "av1", "h264"),
        (True, 0, AMPLE_BITS, "h264-444", "png"),
        (False, 2 * CALM_MOTION, AMPLE_BITS, "h264", "h264"),
        (False, 2 * CALM_MOTION, AMPLE_BITS, "png", "png"),
        (False, 0, SCARCE_BITS - 1, "h264", "av1"),
        (False, 0, SCARCE_BITS + 1, "av1", "av1"),
    ],
)
def test_codec_follows_content_and_bandwidth(
    colourful: bool, motion: float, bandwidth: float, current: str, codec: str
) -> None:
    assert select_automatically(ALL_RTP_CODECS, ContentStats(colourful, motion), bandwidth, current) == codec


def test_scarce_bandwidth_without_av1_support_keeps_h264() -> None:
    assert select_automatically(["h264"], ContentStats(motion=0), 1.0, "h264") == "h264"


def test_browser_without_rtp_codecs_gets_png() -> None:
    assert select_automatically([], ContentStats(colourful=True), AMPLE_BITS, "h264") == "png"
    assert select_automatically([], ContentStats(colourful=True), 1.0, "png") == "png"


@pytest.mark.parametrize(
    ("quality", "accepted", "motion", "codec"),
    [
        (PictureQuality.SAVING, ALL_RTP_CODECS, 0, "av1"),
        (PictureQuality.SAVING, ["h264", "vp9"], 9, "h264"),
        (PictureQuality.SAVING, [], 9, "png"),
        (PictureQuality.BALANCED, ALL_RTP_CODECS, 9, "h264"),
        (PictureQuality.BALANCED, ALL_RTP_CODECS, 0, "png"),
    ],
)
def test_codec_follows_the_viewers_wish(
    quality: PictureQuality, accepted: list[str], motion: float, codec: str
) -> None:
    content = ContentStats(colourful=True, motion=motion)
    assert select_automatically(accepted, content, AMPLE_BITS, "h264", quality) == codec
