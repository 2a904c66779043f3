"""A rendition that goes over RTP: one encoder, one access unit for all of its viewers."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from moof.media.codecs import AccessUnit, Codec, VideoEncoder
from moof.media.raster import Box

from .audience import ViewerPort
from .boxes import union, whole
from .keyrequests import KeyRequests
from .rendition import Delivery, Figures, Picture, realtime_us

_NOTHING: Final[Box] = (0, 0, 0, 0)
_REST_SECONDS: Final = 0.05
"""After a coarse picture: how long until it is encoded once more, unless something changes first."""
_MOST_REFINEMENTS: Final = 10


class VideoRendition:
    """One codec's stream at the screen's size; a change of size starts a new one, with a key frame."""

    def __init__(self, codec: Codec, fps: int) -> None:
        if codec.make is None or codec.packetize is None:
            raise ValueError(f"codec {codec.name} does not go over RTP")
        self._make, self._packetize, self._fps = codec.make, codec.packetize, fps
        self._encoder: VideoEncoder | None = None
        self._encoder_size = (0, 0)
        self._pending: Box | None = None
        self._keys = KeyRequests()
        self._last_stamp = 0
        self._refine_at: float | None = None
        self._refinements = 0
        self.figures = Figures()

    def welcome(self, viewer_id: str) -> None:
        """Make the next picture a key frame."""
        self._keys.newcomer()

    def lost(self, viewer_id: str) -> None:
        """Make a key frame as soon as the interval between them allows."""
        self._keys.lost()

    def farewell(self, viewer_id: str) -> None:
        """Viewers share everything here: there is nothing to forget."""

    def changed(self, box: Box | None, size: tuple[int, int]) -> None:
        """Add what changed on the screen; it is kept until it has been encoded."""
        self._pending = union(self._pending, box)
        if box is not None:
            self._refinements = 0

    def due_at(self) -> float | None:
        """Return at once for a changed picture, otherwise when a key frame or a refinement is due."""
        if self._pending is not None:
            return float("-inf")
        times = [at for at in (self._keys.due_at(), self._refine_at) if at is not None]
        return min(times, default=None)

    def share(self, picture: Picture, viewers: Sequence[ViewerPort]) -> list[Delivery]:
        """Encode if something changed or a key frame is due; otherwise tell the news, if there are any."""
        payloads: Sequence[bytes] = ()
        due_at = self.due_at()
        if due_at is not None and due_at <= picture.now:
            payloads = self._encode(picture)
        elif not picture.tell:
            return []
        info = replace(picture.info, rtp_timestamp=self._last_stamp, t6_us=realtime_us())
        return [Delivery(viewer, info, payloads) for viewer in viewers]

    def close(self) -> None:
        """Give the encoder back."""
        encoder, self._encoder = self._encoder, None
        if encoder is not None:
            encoder.close()

    def _encode(self, picture: Picture) -> Sequence[bytes]:
        started = time.perf_counter()
        encoder = self._encoder_for(picture.screen.size)
        key = self._keys.due(picture.now)
        self._last_stamp = picture.info.rtp_timestamp
        unit = encoder.encode(picture.screen.bgra, self._pending or _NOTHING, self._last_stamp, key)
        self._pending = None
        return self._finish(unit, started, picture.now)

    def _finish(self, unit: AccessUnit, started: float, now: float) -> Sequence[bytes]:
        if unit.key:
            self._keys.made(now)
        self._refine_at = None
        if unit.refine and self._refinements < _MOST_REFINEMENTS:
            # A small rate buffer makes pictures after a key frame coarse: at rest they may catch up.
            self._refinements += 1
            self._refine_at = now + _REST_SECONDS
        self.figures.note(len(unit.data), time.perf_counter() - started, key=unit.key)
        return self._packetize(unit.data)

    def _encoder_for(self, size: tuple[int, int]) -> VideoEncoder:
        if self._encoder is None or size != self._encoder_size:
            self.close()
            self._encoder, self._encoder_size = self._make(*size, self._fps), size
            self._pending = whole(*size)
            self._keys.newcomer()
        return self._encoder
