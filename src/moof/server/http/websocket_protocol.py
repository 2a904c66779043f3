"""uvicorn's WebSocket protocol, with limits: what a client sends is counted before it is decoded.

asyncio hands over up to 256 KB at a time, which may be 43,000 frames: a minute of the event loop's time. Here
a client gets a turn for a few frames, then everything else that the event loop has to do, then the next turn.
"""

import asyncio
import time
from typing import Any, Final, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode
from websockets.protocol import State

from moof.server.http.websocket_frames import MAX_FRAGMENTS, FrameScanner
from moof.token_bucket import TokenBucket

FRAMES_PER_TURN: Final = 32
"""Frames of one client that are decoded before the event loop goes on."""
FRAMES_PER_SECOND: Final = 500.0
FRAME_BURST: Final = 800.0
"""Texts and input together, as session.py and input_handler.py allow them, and pongs."""
POLICY_VIOLATION: Final = CloseCode.POLICY_VIOLATION.value
_LINGER_SECONDS: Final = 1.0
"""How long a flooding client can read why its WebSocket closes."""


class BoundedWebSocketProtocol(WebSocketsSansIOProtocol):
    """Decodes some frames at a time; `send` waits until all earlier data is in the kernel.

    A client that sends more frames than any page is disconnected, and nothing more of it is decoded: the
    application receives a disconnection with the code POLICY_VIOLATION. The application does the same by
    closing with this code.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Set the limit of the transport's buffer to 0."""
        super().connection_made(transport)
        cast(asyncio.WriteTransport, transport).set_write_buffer_limits(0)
        self._frames = FrameScanner()
        self._allowance = TokenBucket(FRAMES_PER_SECOND, FRAME_BURST)
        self._unread = bytearray()
        self._turn: asyncio.Handle | None = None
        self._discarding = False

    def data_received(self, data: bytes) -> None:
        """Decode the first frames now, the others later."""
        if not self.handshake_initiated:
            super().data_received(data)
        elif not self._discarding:
            self._unread += data
            if self._turn is None and not self.read_paused:
                self._take_turn()
            else:
                self._continue()

    def connection_lost(self, exc: Exception | None) -> None:
        """Drop what is not decoded yet."""
        self._discard()
        super().connection_lost(exc)

    async def receive(self) -> Any:
        """Return the next message for the application, and continue with the frames behind it."""
        message = await super().receive()
        self._continue()
        return message

    async def send(self, message: Any) -> None:
        """Send what the application sends; after a close with POLICY_VIOLATION decode nothing more."""
        await super().send(message)
        if message["type"] == "websocket.close" and message.get("code") == POLICY_VIOLATION:
            self._discard_until_closed()

    def _continue(self) -> None:
        """Take a turn, unless the next one is planned or the application has messages to process first."""
        if self._unread:
            self.transport.pause_reading()
            if self._turn is None and not self.read_paused:
                self._turn = self.loop.call_soon(self._take_turn)

    def _take_turn(self) -> None:
        self._turn = None
        length, cost = self._frames.scan(self._unread, FRAMES_PER_TURN)
        frames = bytes(self._unread[:length])
        del self._unread[:length]
        now = time.monotonic()
        if not all(self._allowance.take(now) for _ in range(cost)) or self._frames.fragments > MAX_FRAGMENTS:
            self._refuse_flood()
            return
        super().data_received(frames)
        if self._unread:
            self._continue()
        elif not self.read_paused:
            self.transport.resume_reading()

    def _refuse_flood(self) -> None:
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": POLICY_VIOLATION, "reason": ""})
        if self.conn.state is State.OPEN:
            self.conn.send_close(POLICY_VIOLATION, "more frames than any page sends")
            self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._discard_until_closed()

    def _discard_until_closed(self) -> None:
        """Close soon: at once, the kernel would reset the connection, and the client not read the reason."""
        self._discard()
        self.transport.resume_reading()
        self.loop.call_later(_LINGER_SECONDS, self.transport.abort)

    def _discard(self) -> None:
        self._discarding = True
        self._unread.clear()
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
