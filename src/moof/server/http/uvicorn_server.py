"""Listening sockets, and uvicorn as a guest in our event loop."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Final, Self

import uvicorn
from starlette.types import ASGIApp

from moof.server.config.options import Certificate

from .uvicorn_protocols import HeaderTimeoutProtocol, UnbufferedWebSocketProtocol, limit_unsent_bytes

_GRACE_SECONDS: Final = 1  # viewers were told before; what is still open now is cut off
_BACKLOG: Final = 64
_MOST_CONNECTIONS: Final = 200  # of all kinds; beyond them the answer is 503
MOST_MESSAGE: Final = 64 * 1024
"""Bytes of one WebSocket message: an SDP answer has about 6 KB."""


class ListenError(Exception):
    """A port cannot be had, or not with this certificate; the text says which."""


class _EmbeddedServer(uvicorn.Server):
    """A uvicorn that leaves signals to us, and wakes once a second instead of ten times."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._ended = asyncio.Event()

    def end(self) -> None:
        """Stop serving soon."""
        self.should_exit = True
        self._ended.set()

    async def main_loop(self) -> None:
        """Look after what uvicorn looks after, until the end; it counts tenths of a second."""
        seconds = 0
        while not await self.on_tick(10 * seconds):
            seconds += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), 1.0)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class UvicornServer:
    """One port, and the application behind it while it is open."""

    def __init__(self, bound: socket.socket) -> None:
        self._socket = bound
        self._server: _EmbeddedServer | None = None
        self._serving: asyncio.Task[None] | None = None

    @classmethod
    def bind(cls, host: str, port: int) -> Self:
        """Take a port; 0 takes any that is free. Raises ListenError."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            bound = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        except OSError as error:
            raise ListenError(f"Port {port} of {host} cannot be had: {error.strerror}.") from error
        limit_unsent_bytes(bound)
        # For those accepted, too: asyncio does it for sockets it made only, and an answer in two pieces then
        # waits 40 ms for the first one's acknowledgement (Nagle and delayed ACK; measured).
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return cls(bound)

    @property
    def port(self) -> int:
        """The port that was taken."""
        return int(self._socket.getsockname()[1])

    def open(self, app: ASGIApp, certificate: Certificate | None = None) -> None:
        """Serve `app` from now on, over TLS if there is a certificate. Raises ListenError for a bad one."""
        config = uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            ws_max_size=MOST_MESSAGE,
            limit_concurrency=_MOST_CONNECTIONS,
            http=HeaderTimeoutProtocol,
            ws=UnbufferedWebSocketProtocol,
            ws_per_message_deflate=False,  # pictures are compressed already
            ssl_certfile=certificate.chain if certificate else None,
            ssl_keyfile=certificate.key if certificate else None,
        )
        try:
            config.load()
        except (OSError, ValueError) as error:
            raise ListenError(f"TLS cannot be had with {certificate}: {error}.") from error
        self._server = _EmbeddedServer(config)
        self._serving = asyncio.create_task(self._server.serve([self._socket]))

    def release(self) -> None:
        """Give the port back without having served on it."""
        self._socket.close()

    async def close(self) -> None:
        """Stop serving, and give the port back."""
        if self._server is not None and self._serving is not None:
            self._server.end()
            await self._serving
        self.release()
