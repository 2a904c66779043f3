"""Who is watching: the meeting point of the event loop's peers and the picture and sound threads."""

import threading
from collections.abc import Sequence
from typing import Final, Protocol

from .wakeup import Wakeup

UNLIMITED_BITRATE: Final = 50e6
"""Bits per second: the bandwidth of a viewer whose network has shown no limit."""


class Viewer(Protocol):
    """One viewer's connection, as the media threads see it.

    Its properties may be read from any thread; the three `send_…` are called on the event loop's thread
    only, and must neither block nor raise because the viewer has just gone.
    """

    @property
    def id(self) -> str:
        """The viewer's name, unique among those present."""

    codec: str
    """Name in `moof.media.codecs.CODECS`; changed by `ViewerRegistry.set_codec` alone."""

    def send_video(self, payloads: Sequence[bytes], rtp_timestamp: int, info: bytes) -> None:
        """Send one access unit as ready-made RTP payloads, and its "frame" message if there is one.

        Without payloads only the message goes out: nothing was drawn, but a ping has come back.
        """

    def send_tiles(self, messages: Sequence[bytes]) -> None:
        """Send one whole update of a lossless picture, its messages in this order."""

    def send_audio(self, packet: bytes, rtp_timestamp: int) -> None:
        """Send one Opus packet."""

    @property
    def tiles_backlog(self) -> int:
        """Bytes of lossless pictures that aren't on their way yet."""

    @property
    def bandwidth(self) -> float:
        """What its network takes, bits a second; `UNLIMITED_BITRATE` while no limit has shown."""

    @property
    def ready(self) -> bool:
        """True once connected with all channels open."""


class ViewerRegistry:
    """The viewers present, and what they asked for. All methods may be called from any thread.

    Threads that serve the viewers attach a Wakeup, which rings whenever there may be something to do.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._viewers: tuple[Viewer, ...] = ()
        self._keyframe_requests: set[str] = set()
        self._wakeups: tuple[Wakeup, ...] = ()

    def attach(self, wakeup: Wakeup) -> None:
        """Let `wakeup` ring at every change from now on."""
        with self._lock:
            self._wakeups = (*self._wakeups, wakeup)

    def detach(self, wakeup: Wakeup) -> None:
        """Stop ringing `wakeup`."""
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
        """Note that this viewer lost its picture (PLI or FIR) and needs a whole one."""
        with self._lock:
            self._keyframe_requests.add(viewer.id)
        self.wake()

    def take_keyframe_requests(self) -> frozenset[str]:
        """Return the ids of the viewers that asked for a whole picture since the last call."""
        with self._lock:
            wanted, self._keyframe_requests = frozenset(self._keyframe_requests), set()
        return wanted

    def present(self) -> tuple[Viewer, ...]:
        """Return those present, in the order in which they came."""
        return self._viewers

    def wake(self) -> None:
        """Ring every attached wake-up: a viewer has become ready, say, or can take more."""
        with self._lock:
            for wakeup in self._wakeups:
                wakeup.signal()
