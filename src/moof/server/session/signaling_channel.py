"""One WebSocket of a session: what is told goes out in order, what comes in is followed, until it ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from moof.server.protocol.messages import Bye, ServerMessage, encode
from moof.server.transport.tile_stream import TileStream

_log = logging.getLogger(__name__)

_MOST_UNSENT: Final = 64  # messages; a page that reads so slowly is gone


class WebSocketClosedError(Exception):
    """The WebSocket is closed; `goodbye` is False if it broke, or if the page said that it will be back."""

    def __init__(self, *, goodbye: bool = True) -> None:
        super().__init__("the WebSocket is closed")
        self.goodbye = goodbye


class SignalingSocket(Protocol):
    """A WebSocket, as a session needs it."""

    async def receive(self) -> str | bytes:
        """Return the next text or binary message. Raises WebSocketClosedError."""

    async def send(self, text: str) -> None:
        """Send a text; nothing happens if it is closed already, which `receive` tells."""

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary message, once the network can take more; likewise."""

    async def close(self) -> None:
        """Close it; `receive` raises then."""


class SignalingChannel:
    """One WebSocket, which carries `tiles` beside the texts. Everything happens on the event loop."""

    def __init__(self, viewer: str, socket: SignalingSocket, tiles: TileStream) -> None:
        self._viewer = viewer
        self._socket = socket
        self._tiles = tiles
        self._unsent: asyncio.Queue[ServerMessage] = asyncio.Queue(_MOST_UNSENT)
        self._sending: asyncio.Task[None] | None = None
        self._superseded = False
        self.closed = asyncio.Event()
        """Set once nothing goes over it any more."""

    def send(self, message: ServerMessage) -> None:
        """Send a message soon. A page that doesn't read them is left."""
        if self.closed.is_set():
            return
        try:
            self._unsent.put_nowait(message)
        except asyncio.QueueFull:
            _log.info("Viewer %s reads too slowly.", self._viewer)
            self._stop_sending()  # it would wait for ever

    def close(self) -> None:
        """End it: the page is back over another one, or nobody serves it any more."""
        self._superseded = True
        self._stop_sending()
        self.closed.set()

    async def run(self, follow_next: Callable[[SignalingSocket], Awaitable[None]]) -> bool:
        """Serve until either side ends it; say whether that was for good."""
        if self._superseded:
            return False
        sending = self._sending = asyncio.create_task(self._send_all())
        following = asyncio.create_task(self._follow_all(follow_next))
        tasks = {sending, following, asyncio.create_task(self._tiles.run(self._socket.send_bytes))}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            self.closed.set()
        if self._superseded:
            await self._socket.close()
            return False
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                _log.error("Viewer %s: the session failed.", self._viewer, exc_info=outcome)
        return False not in outcomes

    def _stop_sending(self) -> None:
        if self._sending is not None:
            self._sending.cancel()

    async def _send_all(self) -> None:
        """Send what `tell` was given, in order; a Bye is the last."""
        while True:
            message = await self._unsent.get()
            await self._socket.send(encode(message))
            if isinstance(message, Bye):
                await self._socket.close()
                return

    async def _follow_all(self, follow_next: Callable[[SignalingSocket], Awaitable[None]]) -> bool:
        """Follow the page's messages until it goes; say whether that was for good."""
        try:
            while True:
                await follow_next(self._socket)
        except WebSocketClosedError as closed:
            return closed.goodbye
