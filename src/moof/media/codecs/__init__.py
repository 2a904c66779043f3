"""The table of video codecs.

A new codec is one file here (or none, if it travels as rectangles) and one line in `CODECS`.
"""

import moof.media.codecs.h264 as h264
from moof.media.codecs.codec import AccessUnit, Codec, CodecError, Transport, VideoEncoder
from moof.media.packetize.h264 import packetize as packetize_h264
from moof.media.png import encode_png
from moof.media.webp import encode_webp

CODECS: dict[str, Codec] = {
    codec.name: codec
    for codec in (
        Codec("h264", "H.264", Transport.RTP, h264.MIME, h264.PARAMETERS, h264.make, packetize_h264),
        Codec("png", "PNG (lossless)", Transport.TILES, "image/png", encode=encode_png),
        Codec("webp", "WebP (lossless)", Transport.TILES, "image/webp", encode=encode_webp),
    )
}

__all__ = ["CODECS", "AccessUnit", "Codec", "CodecError", "Transport", "VideoEncoder"]
