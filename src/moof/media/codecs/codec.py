"""The interface of a video codec: its line in the table, its encoder, its access units."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from moof.geometry import Rect
from moof.media.codecs.picture_quality import PictureQuality


class CodecError(Exception):
    """An encoder cannot be created, or returned no access unit."""


class Transport(Enum):
    """How a codec's pictures are sent: as RTP packets, or as rectangles, lossless, over the WebSocket."""

    RTP = "rtp"
    TILES = "tiles"


class AccessUnit(NamedTuple):
    """One encoded picture.

    Attributes:
        data: the bitstream, for H.264 in Annex B form.
        key: whether decoding can start here.
        quantizer: the mean quantiser, on the codec's own scale (H.264: 0 exact to 51 coarse).
        refine: whether encoding the same picture once more would improve it visibly, since it had too few
            bits.
    """

    data: bytes
    key: bool
    quantizer: float = 0.0
    refine: bool = False


class VideoEncoder(Protocol):
    """An encoder for pictures of one size. Used by one thread; encoding releases the GIL."""

    def encode(
        self,
        bgra: NDArray[Any],
        dirty: Rect | None,
        rtp_timestamp: int,
        key: bool = False,
        blocks: NDArray[np.bool_] | None = None,
    ) -> AccessUnit:
        """Encode one picture, of which only `dirty` (None: all) changed since the call before.

        Of `dirty`, only `blocks` of 16x16 pixels changed: bool (rows, columns), None for all of it.
        """

    def set_bitrate(self, bitrate: int) -> None:
        """Aim at `bitrate` bits a second from the next picture on, at most at what it was made for."""

    def set_quality(self, quality: PictureQuality) -> None:
        """Spend no more on a picture than this quality asks for. Called once, before the first picture."""

    def close(self) -> None:
        """Free the encoder's memory; no call may follow."""


@dataclass(frozen=True)
class Codec:
    """A line of the table.

    Attributes:
        name: its name in options and messages.
        label: its name in the user interface.
        transport: RTP or TILES.
        mime: the RTP media type, as in SDP; for TILES the rectangles' file format.
        parameters: SDP format parameters (fmtp).
        make: returns an encoder for (width, height, frames a second); None for TILES.
        packetize: returns an access unit's RTP payloads; None for TILES.
        encode: returns a rectangle of a BGRA picture as an image file; None for RTP.
        fallback: the codec for browsers that do not support this one; None for TILES, which all support.
    """

    name: str
    label: str
    transport: Transport
    mime: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    make: Callable[[int, int, int], VideoEncoder] | None = None
    packetize: Callable[[bytes], list[bytes]] | None = None
    encode: Callable[[NDArray[Any], Rect], bytes] | None = None
    fallback: str | None = None
