"""Settings of libvpx; what its pictures look like is in test_avencoder.py."""

import pytest

from moof.media.codecs.planar import Chroma
from moof.media.codecs.vp9 import _options, make


@pytest.mark.parametrize(
    ("finest", "bitrate", "quality"), [(20, 1_000_000, 20), (14, 250_000, 30), (20, 1, 60)]
)
def test_lower_bitrate_is_a_coarser_quantizer(finest: int, bitrate: int, quality: int) -> None:
    assert _options(finest, 1_000_000, bitrate)["crf"] == str(quality)


@pytest.mark.parametrize("chroma", Chroma)
def test_encoder_of_the_default_bitrate_can_be_closed(chroma: Chroma) -> None:
    make(64, 48, 60, chroma).close()
