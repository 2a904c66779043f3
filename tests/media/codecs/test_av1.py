"""Settings of SVT-AV1; what its pictures look like is in test_avencoder.py."""

import pytest

from moof.media.codecs.av1 import _options, make


@pytest.mark.parametrize(
    ("bitrate", "quality"), [(2_000_000, 16), (1_000_000, 16), (500_000, 24), (250_000, 32), (1, 60)]
)
def test_lower_bitrate_is_a_coarser_quantizer(bitrate: int, quality: int) -> None:
    assert _options(1_000_000, bitrate)["crf"] == str(quality)


def test_encoder_of_the_default_bitrate_can_be_closed() -> None:
    make(64, 48, 60).close()
