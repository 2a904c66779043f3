"""Renditions: their interface, the ones in use, and which viewers share which of them.

A rendition is one codec's version of the picture, encoded once for all viewers that share it. Its bitrate
follows the slowest of its viewers, so one on a bad network would spoil the picture of all. Viewers of one
codec are therefore divided into tiers: one that has less than a third of what the best one has goes one tier
down, and with less than a ninth two. So no viewer gets less than a third of what its network takes, and there
are never more than three encoders for a codec. Moving costs a key frame, so a viewer moves only after some
time in the wrong tier; a viewer alone never moves. One that has set itself a limit is never in the first tier
with others who have more, and those who want another quality have renditions of their own.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from moof.geometry import EMPTY, Rect
from moof.media.codecs import CODECS, PictureQuality, Transport
from moof.server.protocol.frame_info import Cursor, FrameInfo, PingTimes
from moof.server.video.framebuffer import ShadowFramebuffer
from moof.server.viewers import Viewer

TIERS: Final = 3
_TIER_RATIO: Final = 3.0
_MAX_USEFUL_RATE: Final = 10e6
"""Bits a second; what a network has beyond that makes no difference."""
_TIER_CHANGE_SECONDS: Final = 2.0
_TIER_CHECK_SECONDS: Final = 0.1
_SMOOTHING: Final = 0.05


def realtime_us() -> int:
    """Return CLOCK_REALTIME in µs, the clock of the ping's t2..t7."""
    return time.time_ns() // 1000


class EncodeJob(NamedTuple):
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


class OutgoingFrame(NamedTuple):
    """One encoded picture for one viewer; tiles must be sent on the event loop's thread."""

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


class RenditionFactory(Protocol):
    """Opens renditions; the pipeline's one chooses the class by the codec's transport."""

    def create(self, codec: str, quality: PictureQuality) -> Rendition:
        """Return a new rendition of the codec with this name in `moof.media.codecs.CODECS`."""


class _Stream(NamedTuple):
    """What a viewer watches; the tiers divide those who watch the same."""

    codec: str
    quality: PictureQuality

    @classmethod
    def of(cls, viewer: Viewer) -> "_Stream":
        """Return what this viewer watches: lossless pictures have one quality."""
        codec = viewer.codec
        return cls(codec, PictureQuality.SHARP if _is_lossless(codec) else viewer.wishes.quality)


class _RenditionKey(NamedTuple):
    """What viewers of one rendition have in common."""

    stream: _Stream
    tier: int

    @property
    def name(self) -> str:
        codec, quality = self.stream
        words = [codec] if quality is PictureQuality.SHARP else [codec, quality.value]
        return " ".join([*words, f"tier {self.tier + 1}"] if self.tier else words)


class RenditionFanout:
    """Keeps one rendition for each codec and tier that has viewers, and none for the others."""

    def __init__(self, factory: RenditionFactory) -> None:
        self._factory = factory
        self._tiers = Tiers()
        self._renditions: dict[_RenditionKey, Rendition] = {}
        self._assigned: dict[str, tuple[Viewer, _RenditionKey]] = {}
        self._watching: list[tuple[Viewer, _Stream]] = []
        self._check_tiers_at = float("-inf")
        self._size = (0, 0)
        self.stats: dict[str, EncoderStats] = {}
        """By codec (and tier, below the first), of the renditions in use."""

    def update(self, viewers: Iterable[Viewer], keyframe_requests: frozenset[str], now: float) -> None:
        """Bring the renditions up to date with the viewers; those that are not ready yet are left out.

        Viewers that are new or changed their codec or tier get a whole picture, and so do the ids in
        `keyframe_requests`. `now` is in seconds, CLOCK_MONOTONIC.
        """
        watching = [(viewer, _Stream.of(viewer)) for viewer in viewers if viewer.ready]
        if watching == self._watching and not keyframe_requests and now < self._check_tiers_at:
            return
        self._watching, self._check_tiers_at = watching, now + _TIER_CHECK_SECONDS
        before = self._assigned
        tiers = self._tiers.assign([viewer for viewer, _ in watching], now)
        self._assigned = {
            viewer.id: (viewer, _RenditionKey(stream, tiers[viewer.id])) for viewer, stream in watching
        }
        for viewer_id, (viewer, key) in before.items():
            if self._assigned.get(viewer_id) != (viewer, key):
                self._renditions[key].remove_viewer(viewer_id)
        self._close_unused()
        for viewer_id, (viewer, key) in self._assigned.items():
            if before.get(viewer_id) != (viewer, key):
                self._rendition(key).add_viewer(viewer_id)
            elif viewer_id in keyframe_requests:
                self._rendition(key).request_keyframe(viewer_id)

    def mark_changed(self, changed: Rect, size: tuple[int, int]) -> None:
        """Pass on to all renditions what changed on the framebuffer of (width, height) pixels."""
        self._size = size
        for rendition in self._renditions.values():
            rendition.mark_changed(changed, size)

    @property
    def in_use(self) -> bool:
        """Whether any viewer is ready to receive."""
        return bool(self._renditions)

    def due_at(self) -> float | None:
        """Return when `encode` is due (CLOCK_MONOTONIC; in the past: now), None for never."""
        earliest = None
        for rendition in self._renditions.values():
            at = rendition.due_at()
            if at is not None and (earliest is None or at < earliest):
                earliest = at
        return earliest

    def encode(self, job: EncodeJob) -> list[OutgoingFrame]:
        """Encode what is due, once in each rendition, and return the frames for all viewers."""
        frames: list[OutgoingFrame] = []
        for key, rendition in self._renditions.items():
            sharing = [viewer for viewer, assigned in self._assigned.values() if assigned == key]
            frames += rendition.encode(job, sharing)
        return frames

    def close(self) -> None:
        """Release all encoders."""
        self._assigned, self._watching = {}, []
        self._close_unused()

    def _rendition(self, key: _RenditionKey) -> Rendition:
        """Return the open rendition, or a new one."""
        if key not in self._renditions:
            rendition = self._factory.create(*key.stream)
            rendition.mark_changed(EMPTY, self._size)
            self._renditions[key] = rendition
            self.stats[key.name] = rendition.stats
        return self._renditions[key]

    def _close_unused(self) -> None:
        for key in set(self._renditions) - {key for _, key in self._assigned.values()}:
            self._renditions.pop(key).close()
            del self.stats[key.name]


@dataclass(slots=True)
class _TierAssignment:
    tier: int
    wrong_since: float | None = None


class Tiers:
    """Keeps each viewer's tier, 0 for the best networks. Pure; `now` is in seconds."""

    def __init__(self) -> None:
        self._assignments: dict[str, _TierAssignment] = {}

    def assign(self, viewers: Iterable[Viewer], now: float) -> dict[str, int]:
        """Return the tier of each of `viewers`, by id, and forget those of all others."""
        present = tuple(viewers)
        streams = {viewer.id: _Stream.of(viewer) for viewer in present}
        rates = {viewer.id: _useful_rate(viewer) for viewer in present}
        best: dict[_Stream, float] = {}
        for viewer_id, stream in streams.items():
            best[stream] = max(best.get(stream, 0.0), rates[viewer_id])
        assignments = {
            viewer.id: self._assignments.get(viewer.id) or _TierAssignment(0) for viewer in present
        }
        for viewer in present:
            most = best[streams[viewer.id]]
            tier = _tier(rates[viewer.id], most)
            limits_itself = not _is_lossless(viewer.codec) and viewer.wishes.limit < most
            _move(assignments[viewer.id], max(tier, 1) if limits_itself else tier, now)
        self._assignments = assignments
        return {viewer_id: assignment.tier for viewer_id, assignment in assignments.items()}


def _is_lossless(codec: str) -> bool:
    return CODECS[codec].transport is Transport.TILES


def _useful_rate(viewer: Viewer) -> float:
    """Return the bits a second that count; lossless pictures adapt to each viewer without tiers."""
    return _MAX_USEFUL_RATE if _is_lossless(viewer.codec) else min(viewer.bandwidth, _MAX_USEFUL_RATE)


def _tier(rate: float, best: float) -> int:
    """Return the tier for `rate` where the best viewer of the codec has `best` (bits a second)."""
    return sum(rate * _TIER_RATIO**tier < best for tier in range(1, TIERS))


def _move(assignment: _TierAssignment, tier: int, now: float) -> None:
    """Change the assignment to `tier` once that has been the right one for long enough."""
    if tier == assignment.tier:
        assignment.wrong_since = None
    elif assignment.wrong_since is None:
        assignment.wrong_since = now
    elif now - assignment.wrong_since >= _TIER_CHANGE_SECONDS:
        assignment.tier, assignment.wrong_since = tier, None
