"""A rendition that goes over RTP: one encoder, one access unit for all of its viewers.

Two small parts decide when it encodes: KeyFrameScheduler (when a key frame is due) and FrameRateLimiter (when
the network has room for the next picture). Both are pure; time is passed in (seconds, CLOCK_MONOTONIC).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from moof.geometry import EMPTY, Rect
from moof.media.codecs import AccessUnit, Codec, PictureQuality, VideoEncoder
from moof.server.protocol.frame_info import PingTimes
from moof.server.rtp.congestion import LeakyBucket
from moof.server.video.rendition import EncodeJob, EncoderStats, OutgoingFrame, Rendition
from moof.server.viewers import UNLIMITED_BITRATE, Viewer

KEY_FRAME_INTERVAL: Final = 0.25
"""Seconds between key frames that viewers request by PLI or FIR: each costs as much as many others."""

_VIDEO_SHARE: Final = 0.9
"""Share of the network's rate that video gets; the rest is for retransmissions, sound and messages."""
_MIN_RATE_CHANGE: Final = 0.05
"""The encoder's bitrate is changed only if it differs by more than this share."""
_REST_FRAMES: Final = 2.5
"""After a coarse picture: for how many frames' time nothing may change before it is encoded once more."""
_MAX_REFINEMENTS: Final = 90
"""After so many a picture has had time to become as good as it gets: a second and a half."""
_KEEP_ALIVE_SECONDS: Final = 1.5
"""A browser that receives no picture for three seconds regards it as lost and requests a key frame."""
_MAX_IN_FLIGHT: Final = 0.1
"""Seconds' worth of pictures that may be in flight before the next one has to wait."""
_MAX_WAIT: Final = 0.5
"""Seconds; the network may be better by then."""


class RtpRendition(Rendition):
    """One codec's stream at the framebuffer's size; another size opens a new encoder, with a key frame."""

    def __init__(self, codec: Codec, fps: int, quality: PictureQuality = PictureQuality.SHARP) -> None:
        """Raise ValueError for a codec that makes tiles."""
        if codec.make is None or codec.packetize is None:
            raise ValueError(f"codec {codec.name} does not go over RTP")
        self._make, self._packetize, self._fps = codec.make, codec.packetize, fps
        self._quality = quality
        self._encoder: VideoEncoder | None = None
        self._encoder_size = (0, 0)
        self._pending = EMPTY
        self._encoded_version = 0
        """The framebuffer's, as of the last picture."""
        self._keyframes = KeyFrameScheduler()
        self._rtp_timestamp = 0
        self._reencode_at: float | None = None
        self._refinements = 0
        self._limiter = FrameRateLimiter(quality.level.pictures)
        self._bitrate = 0.0
        self._unsent_ping: PingTimes | None = None
        self._info_pending = True
        self.stats = EncoderStats()

    def add_viewer(self, viewer_id: str) -> None:
        """Make the next picture a key frame."""
        self._keyframes.viewer_joined()
        self._info_pending = True

    def request_keyframe(self, viewer_id: str) -> None:
        """Make a key frame as soon as the interval between them allows."""
        self._keyframes.picture_lost()

    def remove_viewer(self, viewer_id: str) -> None:
        """Do nothing: all state is shared by the viewers."""

    def mark_changed(self, changed: Rect, size: tuple[int, int]) -> None:
        """Add what changed on the framebuffer; it is kept until it has been encoded."""
        self._pending = self._pending.union(changed)

    def due_at(self) -> float | None:
        """Return at once for a changed picture, otherwise when a key frame or the same one again is due.

        No picture is due before the network has room for it.
        """
        if not self._pending.is_empty:
            return self._limiter.ready_at
        times = [at for at in (self._keyframes.due_at(), self._reencode_at) if at is not None]
        return max(min(times), self._limiter.ready_at) if times else None

    def encode(self, job: EncodeJob, viewers: Sequence[Viewer]) -> list[OutgoingFrame]:
        """Encode if a change or a key frame is due; otherwise return the "frame" message if needed."""
        payloads: Sequence[bytes] = ()
        due_at = self.due_at()
        if due_at is not None and due_at <= job.now:
            payloads = self._encode(job, _lowest_bandwidth(viewers))
        elif not job.send_info:
            return []
        elif not self._pending.is_empty:
            self._unsent_ping = job.ping  # it is sent with the picture that shows what the input did
            self._info_pending = True
            return []
        ping, self._unsent_ping = job.ping or self._unsent_ping, None
        send_info, self._info_pending = job.send_info or self._info_pending, False
        info = job.frame_info(rtp_timestamp=self._rtp_timestamp, ping=ping)
        return [OutgoingFrame(viewer, info, payloads, send_info=send_info) for viewer in viewers]

    def close(self) -> None:
        """Release the encoder."""
        encoder, self._encoder = self._encoder, None
        if encoder is not None:
            encoder.close()

    def _encode(self, job: EncodeJob, bandwidth: float) -> Sequence[bytes]:
        """Encode the framebuffer and return the access unit's RTP payloads."""
        started = time.perf_counter()
        encoder = self._encoder_for(job.framebuffer.size)
        self._set_bitrate(encoder, bandwidth * _VIDEO_SHARE)
        key, dirty = self._keyframes.due(job.now), self._pending
        self._rtp_timestamp = job.rtp_timestamp
        blocks = job.framebuffer.changed_since(self._encoded_version)
        unit = encoder.encode(job.framebuffer.bgra, dirty, self._rtp_timestamp, key, blocks)
        self._pending, self._encoded_version = EMPTY, job.framebuffer.version
        if unit.key:
            self._keyframes.encoded(job.now)
        self._limiter.spend(len(unit.data), bandwidth, job.now)
        self._schedule_reencode(unit, not dirty.is_empty, job.now)
        self.stats.record(len(unit.data), time.perf_counter() - started, key=unit.key)
        return self._packetize(unit.data)

    def _set_bitrate(self, encoder: VideoEncoder, bitrate: float) -> None:
        """Set the encoder's target to what the network takes, in bits a second."""
        if abs(bitrate - self._bitrate) > _MIN_RATE_CHANGE * self._bitrate:
            encoder.set_bitrate(round(bitrate))
            self._bitrate = bitrate

    def _schedule_reencode(self, unit: AccessUnit, changed: bool, now: float) -> None:
        """Set when to encode once more if nothing changes: soon while it is coarse, or to keep alive."""
        if changed or unit.key:
            self._refinements = 0
        if not unit.refine or self._refinements >= _MAX_REFINEMENTS:
            self._reencode_at = now + _KEEP_ALIVE_SECONDS
            return
        # A small rate buffer makes key frames, and what follows them, coarse: at rest they catch up.
        self._refinements += 1
        self._reencode_at = now + (_REST_FRAMES if changed else 1) / self._fps

    def _encoder_for(self, size: tuple[int, int]) -> VideoEncoder:
        """Return the open encoder, or a new one if the picture has another size."""
        if self._encoder is None or size != self._encoder_size:
            self.close()
            self._encoder, self._encoder_size = self._make(*size, self._fps), size
            if self._quality is not PictureQuality.SHARP:
                self._encoder.set_quality(self._quality)
            self._bitrate = 0.0
            self._pending, self._encoded_version = Rect.whole(*size), 0
            self._keyframes.viewer_joined()
        return self._encoder


def _lowest_bandwidth(viewers: Sequence[Viewer]) -> float:
    """Return the bandwidth that all of them have, bits a second."""
    return min((viewer.bandwidth for viewer in viewers), default=UNLIMITED_BITRATE)


@dataclass(slots=True)
class KeyFrameScheduler:
    """Decides when a rendition's next picture has to be a key frame.

    A new viewer gets one at once. A viewer that lost its picture waits until KEY_FRAME_INTERVAL has passed
    since the last one; its request is kept until then.
    """

    _new_viewer: bool = False
    _lost: bool = False
    _last: float = float("-inf")

    def viewer_joined(self) -> None:
        """Record that a viewer has nothing to decode from yet."""
        self._new_viewer = True

    def picture_lost(self) -> None:
        """Record a PLI or FIR."""
        self._lost = True

    def due_at(self) -> float | None:
        """Return when a key frame may be made, None when none is requested."""
        if self._new_viewer:
            return float("-inf")
        return self._last + KEY_FRAME_INTERVAL if self._lost else None

    def due(self, now: float) -> bool:
        """Return True when a key frame must be made now."""
        at = self.due_at()
        return at is not None and now >= at

    def encoded(self, now: float) -> None:
        """Record that a key frame was encoded, which answers all requests."""
        self._new_viewer = self._lost = False
        self._last = now


class FrameRateLimiter:
    """Lowers the frame rate to what the network takes: delays pictures while earlier ones are in flight.

    An encoder comes down to a new rate within half a second, and only as far as it can; until then, and below
    that, there are fewer pictures a second, each of them the newest.
    """

    def __init__(self, most: float | None = None) -> None:
        """`most` are pictures a second, None for no limit besides the network's."""
        self._in_flight = LeakyBucket(_MAX_WAIT)
        self._spacing = 1 / most if most is not None else 0.0
        self._spaced_at = float("-inf")

    @property
    def ready_at(self) -> float:
        """When the next picture may be encoded (in the past: now)."""
        return max(self._in_flight.empty_at - _MAX_IN_FLIGHT, self._spaced_at)

    def spend(self, size: int, rate: float, now: float) -> None:
        """Record a picture of `size` bytes that is sent at `rate` bits a second."""
        self._in_flight.add(size, rate, now)
        self._spaced_at = now + self._spacing
