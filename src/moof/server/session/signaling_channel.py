"""One WebSocket of a session: sends queued messages in order and processes those of the page."""

import asyncio
import logging
import time
from typing import Final, Protocol

from moof.server.config.page_address import PageAddress
from moof.server.protocol.messages import Bye, ServerMessage, encode
from moof.server.transport.tile_stream import TileStream

LOG: Final = logging.getLogger(__name__)

_MAX_QUEUED: Final = 64  # messages; a page that reads more slowly counts as gone


class WebSocketClosedError(Exception):
    """The WebSocket is closed; `final` is False if it broke, or if the page closed it to reconnect.

    `flooded` is True if it was closed because the page sent more frames than any page does.
    """

    def __init__(self, *, final: bool = True, flooded: bool = False) -> None:
        super().__init__("the WebSocket is closed")
        self.final = final
        self.flooded = flooded


class SignalingSocket(Protocol):
    """A WebSocket, as a session needs it."""

    @property
    def page(self) -> PageAddress:
        """The address by which the page has reached the server."""

    async def receive(self) -> str | bytes:
        """Return the next text or binary message. Raises WebSocketClosedError."""

    async def send(self, text: str) -> None:
        """Send a text; a closed WebSocket is ignored here, since `receive` raises."""

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary message and return when the network has room for more; likewise."""

    async def close(self, *, abused: bool = False) -> None:
        """Close the WebSocket; `receive` raises from then on.

        If it was `abused`, nothing that the page has sent meanwhile is decoded.
        """


class MessageProcessor(Protocol):
    """Processes what a page sends over its WebSocket."""

    async def process_next(self, socket: SignalingSocket) -> None:
        """Receive one message and process it. Raises WebSocketClosedError."""


class SignalingChannel:
    """One WebSocket, which carries `tiles` beside the texts. Everything happens on the event loop."""

    def __init__(self, viewer: str, socket: SignalingSocket, tiles: TileStream) -> None:
        self._viewer = viewer
        self._socket = socket
        self._tiles = tiles
        self._queue: asyncio.Queue[ServerMessage] = asyncio.Queue(_MAX_QUEUED)
        self._sending: asyncio.Task[None] | None = None
        self._superseded = False
        self._overflowed = False
        self.closed = asyncio.Event()
        """Set when the channel has ended."""
        self.closed_at = float("inf")
        """When it ended, CLOCK_MONOTONIC in seconds; infinity before."""

    def send(self, message: ServerMessage) -> None:
        """Queue a message. A full queue ends the channel: the page does not read."""
        if self.closed.is_set() or self._overflowed:
            return
        try:
            self._queue.put_nowait(message)
        except asyncio.QueueFull:
            self._overflowed = True  # logged once, however many messages follow
            LOG.info("Viewer %s reads too slowly.", self._viewer)
            self._stop_sending()  # `send` of the WebSocket would wait for ever

    def close(self) -> None:
        """End the channel: another WebSocket has replaced it, or the session has ended."""
        self._superseded = True
        self._stop_sending()
        self._set_closed()

    async def run(self, processor: MessageProcessor) -> bool:
        """Send and process messages until either side ends it; return whether the session ends with it."""
        if self._superseded:
            return False
        sending = self._sending = asyncio.create_task(self._send_all())
        receiving = asyncio.create_task(self._process_all(processor))
        tasks = {sending, receiving, asyncio.create_task(self._tiles.run(self._socket.send_bytes))}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            self._set_closed()
        if self._superseded:
            await self._socket.close()
            return False
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                LOG.error("Viewer %s: the session failed.", self._viewer, exc_info=outcome)
        return False not in outcomes

    def _set_closed(self) -> None:
        if not self.closed.is_set():
            self.closed_at = time.monotonic()
            self.closed.set()

    def _stop_sending(self) -> None:
        if self._sending is not None:
            self._sending.cancel()

    async def _send_all(self) -> None:
        """Send the queue in order; a Bye is the last message."""
        while True:
            message = await self._queue.get()
            await self._socket.send(encode(message))
            if isinstance(message, Bye):
                await self._socket.close(abused=message.final)
                return

    async def _process_all(self, processor: MessageProcessor) -> bool:
        """Process the page's messages until the WebSocket closes; return whether it will not reconnect."""
        try:
            while True:
                await processor.process_next(self._socket)
                await asyncio.sleep(0)  # many messages may be here already: others have their turn between
        except WebSocketClosedError as closed:
            return closed.final
