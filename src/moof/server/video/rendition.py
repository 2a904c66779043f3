"""Interface of the renditions: what they are given to encode, what they return, and their statistics.

A rendition is one codec's version of the picture, encoded once for all viewers that share it.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from moof.geometry import Rect
from moof.server.protocol.frame_info import Cursor, FrameInfo, PingTimes
from moof.server.video.framebuffer import ShadowFramebuffer
from moof.server.viewers import Viewer

_SMOOTHING: Final = 0.05


def realtime_us() -> int:
    """Return CLOCK_REALTIME in µs, the clock of the ping's t2..t7."""
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True)
class EncodeJob:
    """The framebuffer to encode, the contents of its "frame" message, and the time."""

    framebuffer: ShadowFramebuffer
    cursor: Cursor
    rtp_timestamp: int
    """Timestamp of an access unit that is encoded now."""
    read_us: int
    """When the frame was read, CLOCK_REALTIME in µs: the ping's t5."""
    now: float
    """Seconds, CLOCK_MONOTONIC."""
    ping: PingTimes | None = None
    """The ping that this frame answers."""
    send_info: bool = False
    """Whether the "frame" message has to be sent even if no pixel changed: ping answered, cursor moved."""

    def frame_info(
        self, *, rtp_timestamp: int = 0, update: int = 0, ping: PingTimes | None = None
    ) -> FrameInfo:
        """Return the complete "frame" message of what has just been encoded: t6 is now."""
        width, height = self.framebuffer.size
        return FrameInfo(
            width, height, self.cursor, rtp_timestamp, update, ping, t5_us=self.read_us, t6_us=realtime_us()
        )


@dataclass(frozen=True, slots=True)
class OutgoingFrame:
    """One encoded picture for one viewer, to be sent on the event loop's thread."""

    viewer: Viewer
    info: FrameInfo
    payloads: Sequence[bytes] = ()
    """RTP payloads of one access unit."""
    tiles: Sequence[bytes] | None = None
    """Rectangle messages of one update; None: this viewer's codec goes over RTP."""
    send_info: bool = True
    """Whether the "frame" message says anything new; SCTP costs more than a picture's packets."""

    def send(self) -> None:
        """Pass it to the viewer's transport; t7 is now."""
        info = self.info.encode(t7_us=realtime_us()) if self.send_info else b""
        if self.tiles is None:
            self.viewer.send_video(self.payloads, self.info.rtp_timestamp, info)
        else:
            self.viewer.send_tiles([*self.tiles, info])


@dataclass(slots=True)
class EncoderStats:
    """A rendition's pictures (or rectangles) encoded, key frames, bytes, and smoothed ms for each picture."""

    pictures: int = 0
    keys: int = 0
    bytes: int = 0
    encode_ms: float = 0.0

    def record(self, size: int, seconds: float, *, key: bool = False) -> None:
        """Count one encoded picture of `size` bytes."""
        weight = _SMOOTHING if self.pictures else 1.0
        self.encode_ms += (seconds * 1000 - self.encode_ms) * weight
        self.pictures += 1
        self.keys += key
        self.bytes += size


class Rendition(Protocol):
    """One codec in use, whatever its transport. All methods are called by the picture thread."""

    stats: EncoderStats

    def add_viewer(self, viewer_id: str) -> None:
        """Schedule a whole picture for a viewer that is new or changed to this codec."""

    def request_keyframe(self, viewer_id: str) -> None:
        """Schedule another whole picture for a viewer that lost one."""

    def remove_viewer(self, viewer_id: str) -> None:
        """Discard what was kept for a viewer."""

    def mark_changed(self, changed: Rect, size: tuple[int, int]) -> None:
        """Add `changed` to what has to be encoded; `size` is the framebuffer's (width, height) now."""

    def due_at(self) -> float | None:
        """Return when to call `encode` (CLOCK_MONOTONIC; in the past: now), None while nothing is pending."""

    def encode(self, job: EncodeJob, viewers: Sequence[Viewer]) -> list[OutgoingFrame]:
        """Encode what is due, once, and return the frames to send to `viewers`."""

    def close(self) -> None:
        """Release the encoder."""
