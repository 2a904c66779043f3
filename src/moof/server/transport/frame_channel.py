"""The data channel "frame": a message of 80 bytes beside pictures, which may get lost."""

from collections.abc import Callable
from typing import Final

from aiortc import RTCPeerConnection
from aiortc.exceptions import InvalidStateError

from moof.server.transport.loop_calls import LoopCalls

_LABEL: Final = "frame"
_MAX_BACKLOG: Final = 4 * 1024
"""Bytes queued before a message; behind more it would be out of date, so it is dropped."""
_MAX_CALLS: Final = 8


class FrameChannel:
    """Sends "frame" messages (protocol/frame_info.py), none of them twice. Created on the event loop."""

    def __init__(self, connection: RTCPeerConnection) -> None:
        """Add the channel to a connection that has made no offer yet."""
        self._calls = LoopCalls(_MAX_CALLS)
        self._channel = connection.createDataChannel(_LABEL, ordered=False, maxRetransmits=0)

    @property
    def is_open(self) -> bool:
        """Whether the other side has the channel, too."""
        return self._channel.readyState == "open"

    def on_open(self, function: Callable[[], object]) -> None:
        """Call `function` when the channel opens."""
        self._channel.on("open", function)

    def on_message(self, function: Callable[[bytes | str], object]) -> None:
        """Call `function` with each message of the other side."""
        self._channel.on("message", function)

    def send(self, info: bytes) -> None:
        """Send a message, unless too much is queued; from any thread."""
        self._calls.call(self._send, info)

    def _send(self, info: bytes) -> None:
        if self._channel.bufferedAmount < _MAX_BACKLOG:
            try:
                self._channel.send(info)
            except (InvalidStateError, ConnectionError):
                pass  # not open yet, or just closed
