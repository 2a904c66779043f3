"""The registry of viewers, which the event loop shares with the picture thread and the audio thread."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from moof.media.codecs import PictureQuality
from moof.server.wakeup import Wakeup

UNLIMITED_BITRATE: Final = 50e6
"""Bits per second: the bandwidth of a viewer whose network has shown no limit."""


@dataclass(frozen=True, slots=True)
class PictureWishes:
    """What a viewer has asked of its own picture: how good it is, and the most bits a second for it."""

    quality: PictureQuality = PictureQuality.SHARP
    limit: float = UNLIMITED_BITRATE


NO_WISHES: Final = PictureWishes()


class Viewer(Protocol):
    """One viewer's connection, as the media threads see it.

    Its properties may be read, and `send_video` and `send_audio` called, on any thread; `send_tiles` on the
    event loop's thread only. They must neither block nor raise because the viewer has just disconnected.
    """

    @property
    def id(self) -> str:
        """The viewer's name, unique among those in the registry."""

    codec: str
    """Name in `moof.media.codecs.CODECS`; changed by `ViewerRegistry.set_codec` alone."""

    @property
    def wishes(self) -> PictureWishes:
        """What the viewer has asked of its picture; `bandwidth` keeps its limit."""

    def send_video(self, payloads: Sequence[bytes], rtp_timestamp: int, info: bytes) -> None:
        """Send one access unit as ready-made RTP payloads, and its "frame" message if there is one.

        Without payloads only the message is sent: no pixel changed, but a ping was answered.
        """

    def send_tiles(self, messages: Sequence[bytes]) -> None:
        """Send one whole update of a lossless picture, its messages in this order."""

    def send_audio(self, packet: bytes, rtp_timestamp: int) -> None:
        """Send one Opus packet."""

    @property
    def tiles_backlog(self) -> int:
        """Bytes of lossless pictures that are queued, not yet sent."""

    @property
    def bandwidth(self) -> float:
        """What its network takes, bits a second, and no more than the limit that the viewer has set.

        `UNLIMITED_BITRATE` while no limit has shown.
        """

    @property
    def ready(self) -> bool:
        """True once connected with all channels open."""


class ViewerRegistry:
    """The connected viewers and their key frame requests. All methods may be called from any thread.

    Threads that serve the viewers attach a Wakeup, which is signaled at every change.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._viewers: tuple[Viewer, ...] = ()
        self._keyframe_requests: set[str] = set()
        self._wakeups: tuple[Wakeup, ...] = ()
        self.last_input = ""
        """The id of the viewer that used mouse or keyboard last."""

    def attach(self, wakeup: Wakeup) -> None:
        """Signal `wakeup` at every change from now on."""
        with self._lock:
            self._wakeups = (*self._wakeups, wakeup)

    def detach(self, wakeup: Wakeup) -> None:
        """Stop signaling `wakeup`."""
        with self._lock:
            self._wakeups = tuple(other for other in self._wakeups if other is not wakeup)

    def add(self, viewer: Viewer) -> None:
        """Add a viewer; its first picture is a whole one, sent as soon as it is ready."""
        with self._lock:
            self._viewers = (*(other for other in self._viewers if other is not viewer), viewer)
        self.wake()

    def remove(self, viewer: Viewer) -> None:
        """Remove a viewer; unknown ones are ignored."""
        with self._lock:
            self._viewers = tuple(other for other in self._viewers if other is not viewer)
            self._keyframe_requests.discard(viewer.id)
        self.wake()

    def set_codec(self, viewer: Viewer, name: str) -> None:
        """Change one viewer's codec; its next picture is a whole one in that codec."""
        viewer.codec = name
        # Should it change back before the picture thread notices, pictures may be missing in between.
        self.request_keyframe(viewer)

    def request_keyframe(self, viewer: Viewer) -> None:
        """Record that this viewer lost its picture (PLI or FIR) and needs a whole one."""
        with self._lock:
            self._keyframe_requests.add(viewer.id)
        self.wake()

    def take_keyframe_requests(self) -> frozenset[str]:
        """Return the ids of the viewers that requested a whole picture since the last call."""
        with self._lock:
            requests, self._keyframe_requests = frozenset(self._keyframe_requests), set()
        return requests

    def present(self) -> tuple[Viewer, ...]:
        """Return all viewers, in the order in which they were added."""
        return self._viewers

    def wake(self) -> None:
        """Signal every attached wake-up: a viewer has become ready, for example, or has room for more."""
        with self._lock:
            for wakeup in self._wakeups:
                wakeup.signal()
