"""H.264 by libx264 itself, each picture with a quantiser of our own choice.

What did not change is not looked at again: its macroblocks are named to x264, unless they are coarser than
wanted now. x264's rate control, and the look-ahead that it needs, stay off.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moof.media.codecs import libx264
from moof.media.codecs.codec import AccessUnit, CodecError
from moof.media.codecs.planar import RTP_CLOCK, Chroma, PlanarPicture, RtpElapsed
from moof.media.codecs.quantizercontrol import FINEST, QUANTIZERS, QuantizerControl, Work
from moof.media.raster import Box, clip_box

FINE_ENOUGH = 12
"""A picture that is nowhere coarser than this is not refined."""
_CSP = {Chroma.QUARTER: libx264.Csp.I420, Chroma.FULL: libx264.Csp.I444}
_COLOURS = {"colorprim": "bt709", "transfer": "bt709", "colormatrix": "bt709", "fullrange": "on"}


@dataclass(frozen=True)
class X264Recipe:
    """How the library is set up, by its own names; options for a stream of one kind."""

    profile: str
    chroma: Chroma
    preset: str
    options: Mapping[str, str]
    threads: int = 1


class X264Encoder:
    """One stream of pictures of one size; the colours are BT.709, full range, and the stream says so.

    Args:
        width, height: of the pictures; where pixels share colours, odd sizes are rounded up to even by
            repeating the edge.
        fps: the most pictures a second.
        bitrate: bits a second.

    Raises:
        CodecError: the encoder does not accept these numbers.
    """

    def __init__(self, recipe: X264Recipe, width: int, height: int, fps: int, bitrate: int) -> None:
        if min(width, height, fps, bitrate) < 1:
            raise CodecError(f"libx264 cannot encode {width}x{height} at {fps} fps, {bitrate} bit/s")
        self.width, self.height = width, height
        self._most = bitrate
        self._picture = PlanarPicture(width, height, recipe.chroma)
        own = {"fps": str(fps), "keyint": "infinite", "scenecut": "0", "threads": str(recipe.threads)}
        self._encoder = libx264.Encoder(
            self._picture.planes,
            _CSP[recipe.chroma],
            recipe.preset,
            {**own, **_COLOURS, **recipe.options},
            recipe.profile,
        )
        self._constant = self._encoder.constant
        self._control = QuantizerControl(bitrate, fps, self._constant.size)
        self._elapsed = RtpElapsed()
        self._quantizers: NDArray[np.uint8] | None = None  # what each macroblock was encoded with

    def encode(
        self, bgra: NDArray[Any], dirty: Box | None, rtp_timestamp: int, key: bool = False
    ) -> AccessUnit:
        """Encode uint8 (h, w, 4), of which only `dirty` (None: all) changed since the call before.

        `rtp_timestamp` is in 1/90000 s, modulo 2**32. The first picture is a key frame.

        Raises:
            PictureError: a picture of another size.
            CodecError: the encoder gave no access unit.
        """
        whole = self._picture.update(bgra, dirty)
        self._control.pass_time(self._elapsed.since_last(rtp_timestamp) / RTP_CLOCK)
        if key or self._quantizers is None:
            return self._key_frame()
        return self._next_frame(self._quantizers, None if whole else dirty)

    def set_bitrate(self, bitrate: int) -> None:
        """Aim at `bitrate` bits a second from the next picture on; what it was made for is the most."""
        self._control.bitrate = max(1, min(bitrate, self._most))

    def close(self) -> None:
        """Let the encoder's memory go."""
        self._encoder.close()

    def _key_frame(self) -> AccessUnit:
        quantizer = self._control.key()
        data, _ = self._encoder.encode(quantizer, key=True)
        while not self._control.key_fits(8 * len(data), quantizer):
            quantizer = self._control.key(quantizer)
            data, _ = self._encoder.encode(quantizer, key=True)
        self._control.key_sent(8 * len(data))
        self._quantizers = np.full(self._constant.shape, quantizer, np.uint8)
        return AccessUnit(data, True, quantizer, quantizer > FINE_ENOUGH)

    def _next_frame(self, quantizers: NDArray[np.uint8], dirty: Box | None) -> AccessUnit:
        work = self._look_at(quantizers, dirty)
        quantizer = self._control.next(work)
        data, key = self._encoder.encode(quantizer, key=False)
        self._control.sent(work, quantizer, 8 * len(data))
        np.minimum(quantizers, quantizer, out=quantizers)
        quantizers[self._constant == 0] = quantizer
        return AccessUnit(data, key, quantizer, int(quantizers.max()) > FINE_ENOUGH)

    def _look_at(self, quantizers: NDArray[np.uint8], dirty: Box | None) -> Work:
        """Mark the macroblocks that `dirty` touches; how many these are, and how coarse the others."""
        constant, block = self._constant, libx264.MACROBLOCK
        area = clip_box(dirty, self.width, self.height)
        constant[:] = 1
        if area is not None:
            x, y, width, height = area
            constant[y // block : -(-(y + height) // block), x // block : -(-(x + width) // block)] = 0
        changed = constant.size - int(np.count_nonzero(constant))
        coarse = quantizers[(constant != 0) & (quantizers > FINEST)]
        return Work(changed, np.bincount(coarse, minlength=QUANTIZERS))
