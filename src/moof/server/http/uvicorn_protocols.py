"""uvicorn's protocols, with a timeout for request headers and without a send buffer for WebSockets.

Without the timeout a client that sends a byte now and then, or nothing, keeps a connection open for ever.
"""

import asyncio
import socket
from typing import Final, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

HEADER_SECONDS: Final = 10.0
"""Seconds in which the header of a request must arrive."""
_MAX_UNSENT: Final = 8 * 1024
"""Bytes that the kernel buffers beyond those in flight: at 1 Mbit/s a fifteenth of a second."""


class HeaderTimeoutProtocol(H11Protocol):
    """Closes a connection whose request header is not complete `header_seconds` after its start.

    Between two requests of a connection uvicorn applies a limit of its own, the keep-alive timeout.
    """

    header_seconds = HEADER_SECONDS
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timeout of the first header."""
        super().connection_made(transport)
        self._start_timeout()

    def data_received(self, data: bytes) -> None:
        """Stop the timeout if the header is complete; start it with the first byte of the next one."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE or self.transport.get_protocol() is not self:
            self._stop_timeout()
        elif self._deadline is None:
            self._start_timeout()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timeout."""
        self._stop_timeout()
        super().connection_lost(exc)

    def _start_timeout(self) -> None:
        self._deadline = self.loop.call_later(self.header_seconds, self._close_late)

    def _stop_timeout(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _close_late(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.close()


class UnbufferedWebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol, in which `send` waits until all earlier data is in the kernel."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Set the limit of the transport's buffer to 0."""
        super().connection_made(transport)
        cast(asyncio.WriteTransport, transport).set_write_buffer_limits(0)


def limit_unsent_bytes(listening: socket.socket) -> None:
    """Limit what the kernel buffers unsent (TCP_NOTSENT_LOWAT, tcp(7)); accepted connections inherit it."""
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _MAX_UNSENT)
