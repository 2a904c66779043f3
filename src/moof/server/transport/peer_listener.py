"""What a viewer's media connection reports to its session: input, and changes of its state."""

from typing import Protocol


class InputReceiver(Protocol):
    """Receives what a viewer types and points at. Its method is called on the event loop."""

    def input_received(self, message: bytes) -> None:
        """Process one message of the viewer's "input" channel.

        It is empty for a text message and for a message on a channel that carries none in this direction.
        """


class PeerListener(Protocol):
    """Receives what a peer reports. All methods are called on the event loop."""

    def ready(self) -> None:
        """Note that all channels are open, so that the viewer can be sent its first frame."""

    def keyframe_requested(self) -> None:
        """Request a key frame: the viewer sent PLI or FIR, or packets had to be dropped."""

    def connection_lost(self) -> None:
        """Note that the connection failed or was closed by the other side; called once."""

    def flooded(self, what: str) -> None:
        """Note that the viewer sends more of `what` ("reports", "packets") than any browser, or invalid ones.

        Called again for further ones.
        """
