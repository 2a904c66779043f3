"""A rendition: one codec's version of the picture, encoded once however many viewers watch it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from moof.geometry import Rect
from moof.server.protocol.frame_info import FrameInfo
from moof.server.viewers import Viewer

from .framebuffer import ShadowFramebuffer

_SMOOTHING: Final = 0.05


def realtime_us() -> int:
    """Return CLOCK_REALTIME in µs, the clock of the ping's t2..t7."""
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True)
class EncodeJob:
    """The occasion to show something: the framebuffer, what its "frame" message says, and the time."""

    framebuffer: ShadowFramebuffer
    info: FrameInfo
    """As for RTP; `rtp_timestamp` is the one that whatever is encoded now shall have."""
    now: float
    """Seconds, CLOCK_MONOTONIC."""
    send_info: bool = False
    """The "frame" message has to go out even if nothing was drawn: a ping is back, the cursor moved."""


@dataclass(frozen=True, slots=True)
class OutgoingFrame:
    """One viewer's share of a picture, to be sent on the event loop's thread."""

    viewer: Viewer
    info: FrameInfo
    payloads: Sequence[bytes] = ()
    """RTP payloads of one access unit."""
    tiles: Sequence[bytes] | None = None
    """Rectangle messages; None: this viewer watches by RTP."""
    send_info: bool = True
    """Whether the "frame" message says anything new; SCTP costs more than a picture's packets."""

    def send(self) -> None:
        """Hand it to the transport; t7 is now."""
        info = self.info.encode(t7_us=realtime_us()) if self.send_info else b""
        if self.tiles is None:
            self.viewer.send_video(self.payloads, self.info.rtp_timestamp, info)
        else:
            self.viewer.send_tiles([*self.tiles, info])


@dataclass(slots=True)
class EncoderStats:
    """How a rendition is doing: pictures (or rectangles) encoded, their bytes, smoothed ms for each."""

    pictures: int = 0
    keys: int = 0
    bytes: int = 0
    encode_ms: float = 0.0

    def note(self, size: int, seconds: float, *, key: bool = False) -> None:
        """Add one encoded picture."""
        weight = _SMOOTHING if self.pictures else 1.0
        self.encode_ms += (seconds * 1000 - self.encode_ms) * weight
        self.pictures += 1
        self.keys += key
        self.bytes += size


class Rendition(Protocol):
    """What the picture loop asks of each codec in use, whatever its transport."""

    stats: EncoderStats

    def add_viewer(self, viewer_id: str) -> None:
        """Owe a newcomer, or one who changed to this codec, the whole picture."""

    def request_keyframe(self, viewer_id: str) -> None:
        """Owe a viewer who lost its picture another whole one."""

    def remove_viewer(self, viewer_id: str) -> None:
        """Forget a viewer."""

    def mark_changed(self, changed: Rect, size: tuple[int, int]) -> None:
        """Note what changed on the framebuffer, which is now of this size."""

    def due_at(self) -> float | None:
        """Return when to call `share` (CLOCK_MONOTONIC; in the past: now), None when nothing is owed."""

    def encode(self, picture: EncodeJob, viewers: Sequence[Viewer]) -> list[OutgoingFrame]:
        """Encode what is due, once, and return each viewer's share."""

    def close(self) -> None:
        """Give the encoder back."""


RenditionMaker = Callable[[str], Rendition]
