"""A rendition that goes over RTP: one encoder, one access unit for all of its viewers."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from moof.geometry import EMPTY, Rect
from moof.media.codecs import AccessUnit, Codec, VideoEncoder
from moof.server.protocol.frame_info import PingTimes
from moof.server.viewers import UNLIMITED_BITRATE, Viewer

from .frame_limiter import FrameRateLimiter
from .keyframes import KeyFrameScheduler
from .rendition import EncodeJob, EncoderStats, OutgoingFrame, realtime_us

_FOR_PICTURES: Final = 0.9
"""Of the network's rate; the rest is for retransmissions, sound and messages."""
_NEW_RATE: Final = 0.05
"""A rate that differs by less from the last one is not worth telling the encoder."""
_REST_FRAMES: Final = 2.5
"""After a coarse picture: how many frames' time it must rest before it is encoded once more."""
_MOST_REFINEMENTS: Final = 90
"""Then a picture has had time to become as good as it gets: a second and a half."""
_KEEP_ALIVE_SECONDS: Final = 1.5
"""A browser that gets no picture for three seconds takes it for lost and asks for a key frame."""


class RtpRendition:
    """One codec's stream at the screen's size; a change of size starts a new one, with a key frame."""

    def __init__(self, codec: Codec, fps: int) -> None:
        if codec.make is None or codec.packetize is None:
            raise ValueError(f"codec {codec.name} does not go over RTP")
        self._make, self._packetize, self._fps = codec.make, codec.packetize, fps
        self._encoder: VideoEncoder | None = None
        self._encoder_size = (0, 0)
        self._pending = EMPTY
        self._keys = KeyFrameScheduler()
        self._last_stamp = 0
        self._again_at: float | None = None
        self._refinements = 0
        self._budget = FrameRateLimiter()
        self._bitrate = 0.0
        self._unreported: PingTimes | None = None
        self._info_owed = True
        self.stats = EncoderStats()

    def add_viewer(self, viewer_id: str) -> None:
        """Make the next picture a key frame."""
        self._keys.viewer_joined()
        self._info_owed = True

    def request_keyframe(self, viewer_id: str) -> None:
        """Make a key frame as soon as the interval between them allows."""
        self._keys.picture_lost()

    def remove_viewer(self, viewer_id: str) -> None:
        """Viewers share everything here: there is nothing to forget."""

    def mark_changed(self, changed: Rect, size: tuple[int, int]) -> None:
        """Add what changed on the screen; it is kept until it has been encoded."""
        self._pending = self._pending.union(changed)

    def due_at(self) -> float | None:
        """Return at once for a changed picture, otherwise when a key frame or the same one again is due.

        No picture is due before the network has room for it.
        """
        if not self._pending.is_empty:
            return self._budget.ready_at
        times = [at for at in (self._keys.due_at(), self._again_at) if at is not None]
        return max(min(times), self._budget.ready_at) if times else None

    def encode(self, picture: EncodeJob, viewers: Sequence[Viewer]) -> list[OutgoingFrame]:
        """Encode if something changed or a key frame is due; otherwise tell the update, if there are any."""
        payloads: Sequence[bytes] = ()
        due_at = self.due_at()
        if due_at is not None and due_at <= picture.now:
            payloads = self._encode(picture, _slowest(viewers))
        elif not picture.send_info:
            return []
        elif not self._pending.is_empty:
            self._unreported = picture.info.ping  # it comes back with the picture that shows what it did
            self._info_owed = True
            return []
        ping, self._unreported = picture.info.ping or self._unreported, None
        send_info, self._info_owed = picture.send_info or self._info_owed, False
        info = replace(picture.info, ping=ping, rtp_timestamp=self._last_stamp, t6_us=realtime_us())
        return [OutgoingFrame(viewer, info, payloads, send_info=send_info) for viewer in viewers]

    def close(self) -> None:
        """Give the encoder back."""
        encoder, self._encoder = self._encoder, None
        if encoder is not None:
            encoder.close()

    def _encode(self, picture: EncodeJob, bandwidth: float) -> Sequence[bytes]:
        started = time.perf_counter()
        encoder = self._encoder_for(picture.framebuffer.size)
        self._follow(encoder, bandwidth * _FOR_PICTURES)
        key, dirty = self._keys.due(picture.now), self._pending
        self._last_stamp = picture.info.rtp_timestamp
        unit = encoder.encode(picture.framebuffer.bgra, dirty, self._last_stamp, key)
        self._pending = EMPTY
        if unit.key:
            self._keys.encoded(picture.now)
        self._budget.spend(len(unit.data), bandwidth, picture.now)
        self._plan_next(unit, not dirty.is_empty, picture.now)
        self.stats.note(len(unit.data), time.perf_counter() - started, key=unit.key)
        return self._packetize(unit.data)

    def _follow(self, encoder: VideoEncoder, bitrate: float) -> None:
        """Let the encoder aim at what the network takes."""
        if abs(bitrate - self._bitrate) > _NEW_RATE * self._bitrate:
            encoder.set_bitrate(round(bitrate))
            self._bitrate = bitrate

    def _plan_next(self, unit: AccessUnit, changed: bool, now: float) -> None:
        """Decide when to encode once more if nothing changes: soon while it is coarse, or to keep alive."""
        if changed or unit.key:
            self._refinements = 0
        if not unit.refine or self._refinements >= _MOST_REFINEMENTS:
            self._again_at = now + _KEEP_ALIVE_SECONDS
            return
        # A small rate buffer makes key frames, and what follows them, coarse: at rest they catch up.
        self._refinements += 1
        self._again_at = now + (_REST_FRAMES if changed else 1) / self._fps

    def _encoder_for(self, size: tuple[int, int]) -> VideoEncoder:
        if self._encoder is None or size != self._encoder_size:
            self.close()
            self._encoder, self._encoder_size = self._make(*size, self._fps), size
            self._bitrate = 0.0
            self._pending = Rect.whole(*size)
            self._keys.viewer_joined()
        return self._encoder


def _slowest(viewers: Sequence[Viewer]) -> float:
    """Return the bandwidth that all of them have, bits a second."""
    return min((viewer.bandwidth for viewer in viewers), default=UNLIMITED_BITRATE)
