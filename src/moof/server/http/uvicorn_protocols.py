"""uvicorn's HTTP protocol, with a timeout for request headers, and limits for bodies that nobody reads.

Without the timeout a client that sends a byte now and then, or nothing, keeps a connection open for ever.
"""

import asyncio
import socket
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS: Final = 10.0
"""Seconds in which the header of a request must arrive."""
_MAX_UNSENT: Final = 8 * 1024
"""Bytes that the kernel buffers beyond those in flight: at 1 Mbit/s a fifteenth of a second."""
_PIECE: Final = 4 * 1024
"""Bytes that are parsed before the next look at what they are: at most 680 chunks of a chunked body."""
_MAX_SURPLUS: Final = 64 * 1024
"""Bytes of a body that are still read after the answer to its request, so that the connection can be kept."""
_LINGER_SECONDS: Final = 5.0
"""How long a client that goes on sending can read the answer before the connection is closed."""


class BoundedHttpProtocol(H11Protocol):
    """Closes a connection whose request header is not complete `header_seconds` after its start.

    Between two requests of a connection uvicorn applies a limit of its own, the keep-alive timeout. Not
    parsed is a chunked body, which the application refuses (body_limits.py), and what comes of a long one
    after its answer.
    """

    header_seconds = HEADER_SECONDS
    _deadline: asyncio.TimerHandle | None = None
    _surplus = 0
    _discarding = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timeout of the first header."""
        super().connection_made(transport)
        self._start_timeout()

    def data_received(self, data: bytes) -> None:
        """Stop the timeout if the header is complete; start it with the first byte of the next one."""
        for start in range(0, len(data), _PIECE):
            if self._ended or self._discards(min(_PIECE, len(data) - start)):
                return
            super().data_received(data[start : start + _PIECE])
        if self.conn.their_state is not h11.IDLE or self._upgraded:
            self._stop_timeout()
        elif self._deadline is None:
            self._start_timeout()

    def on_response_complete(self) -> None:
        """Count from now on what still comes of the request's body."""
        self._surplus = 0
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timeout."""
        self._stop_timeout()
        super().connection_lost(exc)

    @property
    def _ended(self) -> bool:
        """Whether nothing more is parsed: what comes next is a WebSocket's, or follows an invalid request."""
        return self._upgraded or self.transport.is_closing()

    @property
    def _upgraded(self) -> bool:
        return self.transport.get_protocol() is not self

    def _discards(self, size: int) -> bool:
        """Return whether the next bytes are not parsed, because nobody will read them."""
        if not self._discarding and self.conn.their_state is h11.SEND_BODY:
            answered = self.conn.our_state is h11.DONE
            self._surplus += size if answered else 0
            if self._surplus > _MAX_SURPLUS or any(name == b"transfer-encoding" for name, _ in self.headers):
                self._discarding = True
                self._stop_timeout()
                self._deadline = self.loop.call_later(_LINGER_SECONDS, self._close_late)
        return self._discarding

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


def limit_unsent_bytes(listening: socket.socket) -> None:
    """Limit what the kernel buffers unsent (TCP_NOTSENT_LOWAT, tcp(7)); accepted connections inherit it."""
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _MAX_UNSENT)
