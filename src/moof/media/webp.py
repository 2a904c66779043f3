"""Encodes rectangles as lossless WebP (VP8L, RFC 9649), by libwebp at its fastest setting.

Fewer bytes than PNG for pictures of many colours, since it predicts pixels and has a colour cache; more CPU
time.
"""

from fractions import Fraction
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from moof.geometry import Rect
from moof.media.raster import PictureError, cut

_OPAQUE = np.uint32(0xFF000000)
_OPTIONS = {"lossless": "1", "compression_level": "0", "quality": "0"}
_LARGEST_SIDE = 16383
_ANY_TIME = Fraction(1, 1000)  # without a meaning for a file of one picture


def encode_webp(picture: NDArray[Any], rect: Rect | None = None) -> bytes:
    """Return the pixels of `rect` (None: all) as a WebP file, opaque.

    Args:
        picture: BGRA, uint8 (h, w, 4) or uint32 (h, w), contiguous or strided.
        rect: must lie inside of the picture.

    Raises:
        PictureError: a rectangle that is empty or reaches beyond the picture, or has a side of more than
            16383 pixels.
    """
    opaque = cut(picture, rect) | _OPAQUE  # the fourth byte has no meaning
    height, width = opaque.shape
    if max(width, height) > _LARGEST_SIDE:
        raise PictureError(f"{width}x{height} is too large for WebP")
    context = av.CodecContext.create("libwebp", "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = width, height, "bgra"
    context.time_base = _ANY_TIME
    context.options = _OPTIONS
    frame = av.VideoFrame.from_numpy_buffer(opaque.view(np.uint8).reshape(height, width, 4), "bgra")
    frame.pts = 0
    (packet,) = context.encode(frame)
    return bytes(packet)
