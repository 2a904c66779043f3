"""VP9 by libvpx, tuned for screens: profile 0 (4:2:0) and profile 1 (4:4:4).

Constant quality, since libvpx in constant bitrate mode hardly refines a static picture; a bitrate below the
default means a coarser quantiser. Key frames are large (300 KB for a dithered desktop): VP9 has no palettes.
"""

import math
from functools import partial

from moof.media.codecs.avencoder import AvEncoder, EncoderSettings
from moof.media.codecs.h264 import default_bitrate
from moof.media.codecs.planar import Chroma

MIME = "video/VP9"
PARAMETERS = {"profile-id": "0"}
PARAMETERS_444 = {"profile-id": "1"}

_QUALITY = {Chroma.QUARTER: 20, Chroma.FULL: 14}  # 4:4:4 is chosen for its colours
_STEPS_PER_OCTAVE = 8  # steps of libvpx's quality for half the bitrate
_COARSEST = 60
_IMPROVED = 400  # bytes: a repeated picture that took more was improved by it


class Vp9Encoder(AvEncoder):
    """One libvpx stream of pictures of one size; see `AvEncoder`."""

    def __init__(
        self, width: int, height: int, fps: int, bitrate: int, chroma: Chroma = Chroma.QUARTER
    ) -> None:
        recipe = EncoderSettings(
            library="libvpx-vp9",
            chroma=chroma,
            options=partial(_options, _QUALITY[chroma], default_bitrate(width, height, fps)),
            coarse=lambda size, _quantizer: size > _IMPROVED,
        )
        super().__init__(recipe, width, height, fps, bitrate)


def make(width: int, height: int, fps: int, chroma: Chroma = Chroma.QUARTER) -> Vp9Encoder:
    """Return an encoder with the default bitrate for its size."""
    return Vp9Encoder(width, height, fps, default_bitrate(width, height, fps), chroma)


def _options(finest: int, usual: int, bitrate: int) -> dict[str, str]:
    octaves = max(0.0, math.log2(usual / bitrate))
    quality = min(_COARSEST, round(finest + _STEPS_PER_OCTAVE * octaves))
    return {
        "deadline": "realtime",
        "cpu-used": "8",
        "lag-in-frames": "0",
        "tune-content": "screen",
        "aq-mode": "0",
        "crf": str(quality),
        "b": "0",
    }
