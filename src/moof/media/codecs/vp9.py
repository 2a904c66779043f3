"""VP9 by libvpx, for screens: profile 0 (4:2:0) and profile 1 (4:4:4).

`Vp9Encoder` calls libvpx itself: each picture has a quantiser of `QuantizerControl`, and blocks that did not
change are copied without a look at them. If PyAV's library is not of a known version, `make` returns an
`AvVp9Encoder` instead, which uses FFmpeg's wrapper and costs twice the time: constant quality, since libvpx
in constant bitrate mode hardly refines a static picture; a lower bitrate means a coarser quantiser.

Key frames are large (300 KB for a dithered desktop): VP9 has no palettes. So the bucket of the rate control
holds a quarter of a second, and what is too coarse after a key frame is refined by the pictures after it.
"""

import logging
import math
from functools import cache, partial
from typing import Final

import numpy as np

from moof.media.codecs import libvpx
from moof.media.codecs.avencoder import AvEncoder, EncoderSettings
from moof.media.codecs.codec import CodecError, VideoEncoder
from moof.media.codecs.h264 import default_bitrate
from moof.media.codecs.planar import Chroma, PlanarPicture
from moof.media.codecs.quantizedencoder import QuantizedEncoder
from moof.media.codecs.quantizercontrol import FINEST, QUANTIZERS, CostModel, QuantizerControl

LOG: Final = logging.getLogger(__name__)

MIME = "video/VP9"
PARAMETERS = {"profile-id": "0"}
PARAMETERS_444 = {"profile-id": "1"}

_LAYOUT = {Chroma.QUARTER: libvpx.ImageFormat.I420, Chroma.FULL: libvpx.ImageFormat.I444}
# Bits of a dithered desktop as a key frame at these quantisers, relative to the finest one (measured).
_KNOTS = (10, 15, 17, 23, 27, 39, 47, 65)
_COST = (1.0, 0.86, 0.86, 0.81, 0.77, 0.63, 0.53, 0.2)
_BUCKET_SECONDS = 1 / 4

_QUALITY = {Chroma.QUARTER: 20, Chroma.FULL: 14}  # 4:4:4 is chosen for its colours
_STEPS_PER_OCTAVE = 8  # steps of libvpx's quality for half the bitrate
_COARSEST = 60
_IMPROVED = 400  # bytes: a repeated picture that took more was improved by it


class Vp9Encoder(QuantizedEncoder):
    """One stream of pictures of one size by libvpx itself; see `QuantizedEncoder`.

    Args:
        width, height: of the pictures; in 4:2:0 odd sizes are rounded up to even by repeating the edge.
        fps: the most pictures a second.
        bitrate: bits a second.

    Raises:
        CodecError: the encoder does not accept these numbers.
    """

    def __init__(
        self, width: int, height: int, fps: int, bitrate: int, chroma: Chroma = Chroma.QUARTER
    ) -> None:
        if min(width, height, fps, bitrate) < 1:
            raise CodecError(f"libvpx cannot encode {width}x{height} at {fps} fps, {bitrate} bit/s")
        picture = PlanarPicture(width, height, chroma)
        stream = libvpx.VpxStream(picture.planes, _LAYOUT[chroma], fps)
        cost = CostModel(np.interp(np.arange(QUANTIZERS), _KNOTS, _COST), _BUCKET_SECONDS)
        control = QuantizerControl(bitrate, fps, stream.constant.size, cost)
        super().__init__(width, height, picture, stream, control, fine_enough=FINEST)


class AvVp9Encoder(AvEncoder):
    """The same through libavcodec; see `AvEncoder`."""

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


def make(width: int, height: int, fps: int, chroma: Chroma = Chroma.QUARTER) -> VideoEncoder:
    """Return an encoder with the default bitrate for its size."""
    encoder = Vp9Encoder if _direct() else AvVp9Encoder
    return encoder(width, height, fps, default_bitrate(width, height, fps), chroma)


@cache
def _direct() -> bool:
    known = libvpx.library() is not None
    if not known:
        LOG.info("PyAV's libvpx is of an unknown version: using FFmpeg's wrapper, which costs more")
    return known


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
