"""The planes that an encoder reads, kept between pictures so that only changes are converted."""

from enum import Enum
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from moof.geometry import Rect
from moof.media.i420 import bgra_to_i420
from moof.media.i444 import bgra_to_i444

RTP_CLOCK = 90_000


class Chroma(Enum):
    """Chroma subsampling, 4:2:0 or 4:4:4; the value is libavutil's name of the pixel format."""

    QUARTER = "yuv420p"
    FULL = "yuv444p"


class PlanarPicture:
    """Planes in BT.709 of full range.

    Full range has finer steps. Browsers that convert with libyuv also decode the blue of limited BT.709 with
    an error of up to 15 of 255: its factor 2.11 for U exceeds libyuv's fixed point, where full range needs
    1.86.

    Attributes:
        frame: the planes as a libavutil frame.
        planes: the same memory, uint8 (h, w) Y, U and V. In 4:2:0 odd sizes are rounded up to even by
            repeating the edge.
    """

    def __init__(self, width: int, height: int, chroma: Chroma) -> None:
        quarter = chroma is Chroma.QUARTER
        coded = (width + width % 2, height + height % 2) if quarter else (width, height)
        self.frame = av.VideoFrame(*coded, chroma.value)
        self.planes = [plane_of(plane) for plane in self.frame.planes]
        self._convert = bgra_to_i420 if quarter else bgra_to_i444
        self._converted = False

    def update(self, bgra: NDArray[Any], dirty: Rect | None, blocks: NDArray[np.bool_] | None = None) -> bool:
        """Convert uint8 (h, w, 4) inside `dirty`, or everywhere (None, and the first time); return which.

        True means everywhere. Of `dirty`, only `blocks` have changed (None: all); see `changed_blocks`.

        Raises:
            PictureError: a picture of another size.
        """
        whole = dirty is None or not self._converted
        y, u, v = self.planes
        self._convert(bgra, y, u, v, None if whole else dirty, None if whole else blocks)
        self._converted = True
        return whole


def plane_of(plane: Any) -> NDArray[np.uint8]:
    """Return a plane as uint8 (height, width), a view without the padding at the end of its rows."""
    rows: NDArray[np.uint8] = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


class RtpElapsed:
    """Differences of consecutive RTP timestamps, which are modulo 2**32."""

    def __init__(self) -> None:
        self._last: int | None = None

    def since_last(self, rtp_timestamp: int) -> int:
        """Return ticks of 1/90000 s since the timestamp before; 0 the first time."""
        last, self._last = self._last, rtp_timestamp
        return 0 if last is None else (rtp_timestamp - last) & 0xFFFFFFFF
