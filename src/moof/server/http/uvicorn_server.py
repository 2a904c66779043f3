"""Listening sockets, and uvicorn run inside the server's event loop."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Iterator
from typing import Any, Final, Self, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from moof.server.config.options import ListenOptions
from moof.server.http.connection_acceptor import ConnectionAcceptor
from moof.server.http.connection_limiter import ConnectionLimiter, ConnectionMiddleware
from moof.server.http.forwarded_scheme import ForwardedSchemeMiddleware
from moof.server.http.uvicorn_protocols import BoundedHttpProtocol, limit_unsent_bytes
from moof.server.http.websocket_protocol import BoundedWebSocketProtocol

_GRACE_SECONDS: Final = 1  # viewers have got their "bye" before; what is still open is closed
_BACKLOG: Final = 1024
"""Connections that the kernel keeps; it drops the SYN of those beyond, which a client repeats after 1 s."""
_DEFAULT_LISTEN: Final = ListenOptions()
MAX_MESSAGE: Final = 256 * 1024
"""Bytes of a WebSocket message; a text to type may have 240 KB, an SDP answer has about 6 KB."""


class ListenError(Exception):
    """A port is not available, or the certificate is invalid; the text says which."""


class _EmbeddedServer(uvicorn.Server):
    """uvicorn without its signal handlers, with one wake-up a second instead of ten, and our acceptor."""

    def __init__(
        self, config: uvicorn.Config, acceptor: ConnectionAcceptor, limiter: ConnectionLimiter
    ) -> None:
        super().__init__(config)
        self.servers = []
        self._acceptor = acceptor
        self._limiter = limiter
        self._ended = asyncio.Event()

    def end(self) -> None:
        """Stop serving soon."""
        self.should_exit = True
        self._ended.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept connections."""

        def protocol() -> asyncio.Protocol:
            return BoundedHttpProtocol(self.config, self.server_state, {})

        self._acceptor.start(protocol, self.config.ssl)
        self.started = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more connections, and end those there are."""
        self._acceptor.stop()
        await super().shutdown(sockets)

    async def main_loop(self) -> None:
        """Call uvicorn's periodic work until the end; it counts tenths of a second."""
        seconds = 0
        while not await self.on_tick(10 * seconds):
            seconds += 1
            self._limiter.review(time.monotonic())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), 1.0)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class UvicornServer:
    """One port, and the application that is served on it while it is open."""

    def __init__(self, bound: socket.socket, limiter: ConnectionLimiter) -> None:
        self._acceptor = ConnectionAcceptor(bound, limiter)
        self._limiter = limiter
        self._server: _EmbeddedServer | None = None
        self._serving: asyncio.Task[None] | None = None

    @classmethod
    def bind(cls, host: str, port: int, limiter: ConnectionLimiter | None = None) -> Self:
        """Bind a port; 0 is any free one. Raises ListenError.

        Ports with the same `limiter` share the number of connections.
        """
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            bound = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        except OSError as error:
            raise ListenError(f"Port {port} of {host} is not available: {error.strerror}.") from error
        limit_unsent_bytes(bound)
        # Accepted sockets inherit it; asyncio sets it only for sockets that it made. Without it the second
        # part of an answer waits 40 ms for the acknowledgement of the first (Nagle, delayed ACK; measured).
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return cls(bound, limiter or ConnectionLimiter())

    @property
    def port(self) -> int:
        """The number of the bound port."""
        return self._acceptor.port

    def open(self, app: ASGIApp, listen: ListenOptions = _DEFAULT_LISTEN) -> None:
        """Start to serve `app`, over TLS if there is a certificate. Raises ListenError if that is invalid.

        The address and scheme that X-Forwarded-For and X-Forwarded-Proto name are those of a request only if
        a trusted proxy has sent it: anybody else can write anything there.
        """
        certificate = listen.certificate
        if listen.trusted_proxies:
            app = cast(ASGIApp, ProxyHeadersMiddleware(cast(Any, app), list(listen.trusted_proxies)))
            app = ForwardedSchemeMiddleware(app, listen.trusted_proxies)
        config = uvicorn.Config(
            ConnectionMiddleware(app, self._limiter),
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # below
            timeout_graceful_shutdown=_GRACE_SECONDS,
            ws_max_size=MAX_MESSAGE,
            http=BoundedHttpProtocol,
            ws=BoundedWebSocketProtocol,
            ws_per_message_deflate=False,  # video is compressed already
            ssl_certfile=certificate.chain if certificate else None,
            ssl_keyfile=certificate.key if certificate else None,
        )
        try:
            config.load()
        except (OSError, ValueError) as error:
            raise ListenError(f"TLS does not work with {certificate}: {error}.") from error
        self._server = _EmbeddedServer(config, self._acceptor, self._limiter)
        self._serving = asyncio.create_task(self._server.serve())

    def release(self) -> None:
        """Close the port without having served on it."""
        self._acceptor.close()

    async def close(self) -> None:
        """Stop serving, and close the port."""
        if self._server is not None and self._serving is not None:
            self._server.end()
            await self._serving
        self.release()
