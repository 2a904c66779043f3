"""The table of video codecs.

A new codec is one file here and one line in `CODECS`. A browser that does not support a codec gets the one
named as its fallback; every browser supports the lossless rectangles.
"""

from functools import partial

import moof.media.codecs.av1 as av1
import moof.media.codecs.h264 as h264
import moof.media.codecs.vp9 as vp9
from moof.media.codecs.codec import AccessUnit, Codec, CodecError, Transport, VideoEncoder
from moof.media.codecs.picture_quality import PictureQuality
from moof.media.codecs.planar import Chroma
from moof.media.packetize.av1 import packetize as packetize_av1
from moof.media.packetize.h264 import packetize as packetize_h264
from moof.media.packetize.vp9 import packetize as packetize_vp9
from moof.media.png import encode_png
from moof.media.webp import encode_webp

_H264 = partial(Codec, transport=Transport.RTP, mime=h264.MIME, packetize=packetize_h264)
_VP9 = partial(Codec, transport=Transport.RTP, mime=vp9.MIME, packetize=packetize_vp9)
_AV1 = partial(Codec, transport=Transport.RTP, mime=av1.MIME, packetize=packetize_av1)
_TILES = partial(Codec, transport=Transport.TILES)


def _h264(profile: h264.Profile, name: str, label: str, fallback: str) -> Codec:
    make = partial(h264.make, profile=profile)
    return _H264(name, label, parameters=h264.parameters(profile), make=make, fallback=fallback)


_vp9_444 = partial(vp9.make, chroma=Chroma.FULL)

CODECS: dict[str, Codec] = {
    codec.name: codec
    for codec in (
        _h264(h264.Profile.MAIN, "h264", "H.264", "h264-baseline"),
        _h264(h264.Profile.HIGH_444, "h264-444", "H.264 4:4:4", "h264"),
        _h264(h264.Profile.BASELINE, "h264-baseline", "H.264 (baseline)", "vp9"),
        _AV1("av1", "AV1", parameters=av1.PARAMETERS, make=av1.make, fallback="vp9"),
        _VP9("vp9", "VP9", parameters=vp9.PARAMETERS, make=vp9.make, fallback="png"),
        _VP9("vp9-444", "VP9 4:4:4", parameters=vp9.PARAMETERS_444, make=_vp9_444, fallback="vp9"),
        _TILES("png", "PNG (lossless)", mime="image/png", encode=encode_png),
        _TILES("webp", "WebP (lossless)", mime="image/webp", encode=encode_webp),
    )
}

__all__ = ["CODECS", "AccessUnit", "Codec", "CodecError", "PictureQuality", "Transport", "VideoEncoder"]
