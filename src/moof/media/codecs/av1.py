"""AV1 by SVT-AV1, with its tools for screens: palettes and copies within the picture make key frames small.

Constant quality; fewer bits a second than the default mean a coarser quantiser. 4:2:0 only: SVT-AV1 has no
other.
"""

import math
import os
from functools import partial

from moof.media.codecs.avencoder import AvEncoder, EncoderSettings
from moof.media.codecs.h264 import default_bitrate
from moof.media.codecs.planar import Chroma

MIME = "video/AV1"
PARAMETERS = {"profile": "0", "level-idx": "8", "tier": "0"}

_QUALITY = 16
_STEPS_PER_OCTAVE = 8  # of SVT-AV1's quality for half as many bits
_COARSEST = 60
_REAL_TIME = "rtc=1:pred-struct=1:lookahead=0:lp=1:scm=1"  # low delay, one thread, screen content

os.environ.setdefault("SVT_LOG", "1")  # errors; it would greet on stderr


class Av1Encoder(AvEncoder):
    """One SVT-AV1 stream of pictures of one size; see `AvEncoder`."""

    def __init__(self, width: int, height: int, fps: int, bitrate: int) -> None:
        recipe = EncoderSettings(
            library="libsvtav1",
            chroma=Chroma.QUARTER,
            options=partial(_options, default_bitrate(width, height, fps)),
            coarse=lambda _size, _quantizer: False,
            rests_on_key=True,  # after motion the fastest preset leaves stripes that it takes for nothing
        )
        super().__init__(recipe, width, height, fps, bitrate)


def make(width: int, height: int, fps: int) -> Av1Encoder:
    """An encoder with the default bitrate for its size."""
    return Av1Encoder(width, height, fps, default_bitrate(width, height, fps))


def _options(usual: int, bitrate: int) -> dict[str, str]:
    octaves = max(0.0, math.log2(usual / bitrate))
    quality = min(_COARSEST, round(_QUALITY + _STEPS_PER_OCTAVE * octaves))
    return {"preset": "13", "crf": str(quality), "svtav1-params": _REAL_TIME}
