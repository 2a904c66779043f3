"""The base of encoders that are given a quantiser for each picture, and the blocks that did not change.

`QuantizerControl` chooses the quantisers. Blocks that did not change are marked for the encoder's library,
which copies them unless they are coarser than wanted now; so a picture at rest is refined step by step.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from moof.geometry import Rect
from moof.media.codecs.codec import AccessUnit, VideoEncoder
from moof.media.codecs.picture_quality import PictureQuality
from moof.media.codecs.planar import RTP_CLOCK, PlanarPicture, RtpElapsed
from moof.media.codecs.quantizercontrol import QUANTIZERS, QuantizerControl, Work
from moof.media.raster import clip

BLOCK = 16
"""Pixels of a block's side: a macroblock's of H.264, and a cell's of libvpx's active map."""
FINE_ENOUGH = 12
"""A picture of H.264 without a block coarser than this is not refined."""

Planes = Sequence[NDArray[np.uint8]]


class QuantizedStream(Protocol):
    """A library's stream of pictures of one size, in planes that it reads at each `encode`.

    Attributes:
        constant: uint8, one for each block: not 0 where the picture is unchanged since the last `encode`.
            The block is then copied, unless it is coarser than wanted now.
    """

    constant: NDArray[np.uint8]

    def encode(self, quantizer: int, key: bool) -> tuple[bytes, bool]:
        """Encode the planes; return the access unit and whether decoding can start there.

        `quantizer` is on x264's scale: FINEST to COARSEST_KEY.

        Raises:
            CodecError: the library returned nothing.
        """

    def close(self) -> None:
        """Free the library's memory; a second close does nothing."""


class QuantizedEncoder(VideoEncoder):
    """One stream of pictures of one size, each with a quantiser from QuantizerControl.

    Args:
        picture: the planes, of `width` x `height` before they were rounded up.
        stream: encodes these planes.
        control: for the stream's number of blocks and its highest bitrate.
        fine_enough: a picture without a block coarser than this is not refined.
    """

    def __init__(
        self,
        width: int,
        height: int,
        picture: PlanarPicture,
        stream: QuantizedStream,
        control: QuantizerControl,
        fine_enough: int = FINE_ENOUGH,
    ) -> None:
        self._fine_enough = fine_enough
        self.width, self.height = width, height
        self._picture, self._encoder, self._control = picture, stream, control
        self._most = control.bitrate
        self._constant = stream.constant
        self._elapsed = RtpElapsed()
        self._quantizers: NDArray[np.uint8] | None = None  # what each block was encoded with
        self._coarsest = 0  # of these

    def encode(
        self,
        bgra: NDArray[Any],
        dirty: Rect | None,
        rtp_timestamp: int,
        key: bool = False,
        blocks: NDArray[np.bool_] | None = None,
    ) -> AccessUnit:
        """Encode uint8 (h, w, 4), of which only `dirty` (None: all) changed since the call before.

        Of `dirty`, only `blocks` (None: all) changed. `rtp_timestamp` is in 1/90000 s, modulo 2**32. The
        first picture is a key frame.

        Raises:
            PictureError: a picture of another size.
            CodecError: the encoder returned no access unit.
        """
        whole = self._picture.update(bgra, dirty, blocks)
        self._control.pass_time(self._elapsed.since_last(rtp_timestamp) / RTP_CLOCK)
        if key or self._quantizers is None:
            return self._key_frame()
        return self._next_frame(self._quantizers, *((None, None) if whole else (dirty, blocks)))

    def set_bitrate(self, bitrate: int) -> None:
        """Aim at `bitrate` bits a second from the next picture on; at most at what it was made for."""
        self._control.bitrate = max(1, min(bitrate, self._most))

    def set_quality(self, quality: PictureQuality) -> None:
        """Spend no more on a picture than this quality asks for."""
        level, former = quality.level, self._control.finest
        self._most = max(1, round(self._most * level.share))
        self._control.set_quality(min(self._control.bitrate, self._most), level.finest)
        self._fine_enough += level.finest - former

    def close(self) -> None:
        """Free the encoder's memory."""
        self._encoder.close()

    def _key_frame(self) -> AccessUnit:
        quantizer = self._control.key()
        data, _ = self._encoder.encode(quantizer, key=True)
        while not self._control.key_fits(8 * len(data), quantizer):
            quantizer = self._control.key(quantizer)
            data, _ = self._encoder.encode(quantizer, key=True)
        self._control.key_sent(8 * len(data))
        self._quantizers, self._coarsest = np.full(self._constant.shape, quantizer, np.uint8), quantizer
        return AccessUnit(data, True, quantizer, quantizer > self._fine_enough)

    def _next_frame(
        self, quantizers: NDArray[np.uint8], dirty: Rect | None, blocks: NDArray[np.bool_] | None
    ) -> AccessUnit:
        work = self._work_for(quantizers, dirty, blocks)
        quantizer = self._control.next(work)
        data, key = self._encoder.encode(quantizer, key=False)
        self._control.sent(work, quantizer, 8 * len(data))
        finest = self._control.finest
        if quantizer > finest or self._coarsest > finest:  # else all are as they were
            np.minimum(quantizers, quantizer, out=quantizers)
            quantizers[self._constant == 0] = quantizer
            self._coarsest = int(quantizers.max())
        return AccessUnit(data, key, quantizer, self._coarsest > self._fine_enough)

    def _work_for(
        self, quantizers: NDArray[np.uint8], dirty: Rect | None, blocks: NDArray[np.bool_] | None
    ) -> Work:
        """Mark the blocks that changed; return their number and the others' quantisers."""
        constant, block = self._constant, BLOCK
        if blocks is not None:
            np.logical_not(blocks, out=constant.view(np.bool_))
        else:
            x, y, width, height = clip(dirty, self.width, self.height)
            constant[:] = 1
            constant[y // block : -(-(y + height) // block), x // block : -(-(x + width) // block)] = 0
        changed = constant.size - int(np.count_nonzero(constant))
        finest = self._control.finest
        if self._coarsest <= finest:
            return Work(changed)
        coarse = quantizers[(constant != 0) & (quantizers > finest)]
        return Work(changed, np.bincount(coarse, minlength=QUANTIZERS))
