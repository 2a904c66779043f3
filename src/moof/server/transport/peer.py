"""What a session uses of a viewer's media connection, over WebRTC or over its WebSocket."""

from typing import Protocol

from moof.server.transport.rtp_sender import RtpSender
from moof.server.viewers import PictureWishes, Viewer


class PeerError(Exception):
    """The page's answer or candidate cannot be used, or the server has no address to offer; says why."""


class Peer(Viewer, Protocol):
    """One viewer's media connection: what the media threads use (`Viewer`), and what the session does.

    Created and used on the event loop, but for what `Viewer` says of threads.
    """

    @property
    def accepted_codecs(self) -> frozenset[str]:
        """Names of the RTP codecs that the browser accepts."""

    @property
    def bytes_sent(self) -> int:
        """RTP payload bytes sent so far; what goes over the WebSocket is counted by its `TileStream`."""

    @property
    def video(self) -> RtpSender | None:
        """The video sender, for its statistics; None without RTP."""

    @property
    def audio(self) -> RtpSender | None:
        """The audio sender, for its statistics; None without RTP."""

    def wish(self, wishes: PictureWishes) -> None:
        """Send the viewer such pictures from now on."""

    async def answer(self, sdp: str) -> tuple[str, ...]:
        """Apply the browser's SDP answer; return the names of its video codecs, in its order.

        Raises PeerError if it cannot be used.
        """

    def add_candidate(self, candidate: str, mid: str) -> None:
        """Add one ICE candidate of the browser's. Raises PeerError if it cannot be used."""

    async def close(self) -> None:
        """Close the connection. May be called twice."""
