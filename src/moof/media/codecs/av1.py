"""AV1 by SVT-AV1 with its screen content tools: palettes and intra block copy make key frames small.

Constant quality; a bitrate below the default means a coarser quantiser. 4:2:0 only: SVT-AV1 supports no other
format.
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
_STEPS_PER_OCTAVE = 8  # steps of SVT-AV1's quality for half the bitrate
_COARSEST = 60
_REAL_TIME = "rtc=1:pred-struct=1:lookahead=0:lp=1:scm=1"  # low delay, one thread, screen content

os.environ.setdefault("SVT_LOG", "1")  # errors only; it would print its version to stderr


class Av1Encoder(AvEncoder):
    """One SVT-AV1 stream of pictures of one size; see `AvEncoder`."""

    def __init__(self, width: int, height: int, fps: int, bitrate: int) -> None:
        recipe = EncoderSettings(
            library="libsvtav1",
            chroma=Chroma.QUARTER,
            options=partial(_options, default_bitrate(width, height, fps)),
            coarse=lambda _size, _quantizer: False,
            rests_on_key=True,  # after motion the fastest preset leaves stripes that it does not refine
        )
        super().__init__(recipe, width, height, fps, bitrate)


def make(width: int, height: int, fps: int) -> Av1Encoder:
    """Return an encoder with the default bitrate for its size."""
    return Av1Encoder(width, height, fps, default_bitrate(width, height, fps))


def _options(usual: int, bitrate: int) -> dict[str, str]:
    octaves = max(0.0, math.log2(usual / bitrate))
    quality = min(_COARSEST, round(_QUALITY + _STEPS_PER_OCTAVE * octaves))
    return {"preset": "13", "crf": str(quality), "svtav1-params": _REAL_TIME}
