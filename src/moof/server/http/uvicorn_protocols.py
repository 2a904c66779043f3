"""uvicorn's HTTP protocol, with an end to its patience: a request's header must arrive in time.

Without it a sender that writes a byte now and then, or nothing, holds a connection for ever.
"""

import asyncio
import socket
from typing import Final, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

HEADER_SECONDS: Final = 10.0


class HeaderTimeoutProtocol(H11Protocol):
    """Closes a connection that has begun to wait for a header and does not get all of it in time.

    Between two requests of one connection uvicorn has a limit of its own, the keep-alive time-out.
    """

    header_seconds = HEADER_SECONDS
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first header."""
        super().connection_made(transport)
        self._await_header()

    def data_received(self, data: bytes) -> None:
        """Go on waiting if the header is still incomplete."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE or self.transport.get_protocol() is not self:
            self._stop_waiting()
        elif self._deadline is None:
            self._await_header()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_header(self) -> None:
        self._deadline = self.loop.call_later(self.header_seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.close()


_MOST_UNSENT: Final = 8 * 1024
"""Bytes that the kernel takes beyond what is under way; on a line of 1 Mbit/s a fifteenth of a second."""


class UnbufferedWebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol; a `send` waits until all before it has gone to the kernel."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let nothing queue in this process."""
        super().connection_made(transport)
        cast(asyncio.WriteTransport, transport).set_write_buffer_limits(0)


def limit_unsent_bytes(listening: socket.socket) -> None:
    """Let the kernel refuse more as soon as so much is unsent; connections inherit it (tcp(7))."""
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _MOST_UNSENT)
