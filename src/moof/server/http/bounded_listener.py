"""The listening socket of a port: asks the limiter about each connection, and works without descriptors."""

import errno
import logging
import os
import socket
import time
from typing import Any, Final, Self

from moof.server.http.connection_limiter import ConnectionLimiter
from moof.server.token_bucket import TokenBucket

LOG: Final = logging.getLogger(__name__)

_NO_DESCRIPTOR: Final = (errno.EMFILE, errno.ENFILE)
_WARNINGS_PER_SECOND: Final = 0.1
_PER_TURN: Final = 8
"""Connections that are accepted before the event loop goes on; asyncio would accept the whole queue."""
_REFUSED_PER_TURN: Final = 100
"""Connections that are closed at once before the event loop goes on: each costs 20 µs."""
_SILENT_SECONDS: Final = 5
"""How long the kernel keeps a connection on which nothing arrives, before it is accepted nevertheless."""


class BoundedListener(socket.socket):
    """A listening socket whose `accept` returns only connections that the limiter has a place for.

    asyncio calls it in a loop until it raises BlockingIOError. Without a free descriptor it would raise
    EMFILE again and again, because the connection stays in the kernel's queue: then a spare descriptor is
    given up for as long as it takes to close that connection.
    """

    def __init__(self, bound: socket.socket, limiter: ConnectionLimiter) -> None:
        """Take the descriptor of `bound`."""
        super().__init__(bound.family, bound.type, bound.proto, fileno=bound.detach())
        self._limiter = limiter
        self._spare: int | None = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        self._accepted = 0
        self._refused = 0
        self._warnings = TokenBucket(_WARNINGS_PER_SECOND, 1.0)

    def accept(self) -> tuple[socket.socket, Any]:
        """Return the next connection and its address. Raises BlockingIOError if there is none."""
        while not self._has_had_its_turn:
            try:
                connection, address = super().accept()
            except OSError as error:
                if error.errno not in _NO_DESCRIPTOR:
                    raise
                self._refused += 1
                self._drop_one(error)
                continue
            if self._limiter.accept(connection, (str(address[0]), int(address[1])), time.monotonic()):
                self._accepted += 1
                return connection, address
            self._refused += 1
            connection.close()
        self._accepted = self._refused = 0
        raise BlockingIOError

    @property
    def _has_had_its_turn(self) -> bool:
        return self._accepted >= _PER_TURN or self._refused >= _REFUSED_PER_TURN or self._limiter.is_behind

    def defer_silent(self) -> None:
        """Let the kernel keep connections on which nothing has arrived (TCP_DEFER_ACCEPT, tcp(7))."""
        if hasattr(socket, "TCP_DEFER_ACCEPT"):
            self.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, _SILENT_SECONDS)

    def close(self) -> None:
        """Close the socket."""
        self._close_spare()
        super().close()

    def __enter__(self) -> Self:
        """Return the socket, which the end of the block closes."""
        return self

    def _drop_one(self, error: OSError) -> None:
        """Accept one connection with the spare descriptor, and close it. Raises BlockingIOError."""
        if self._warnings.take(time.monotonic()):
            LOG.warning("A connection is dropped: %s.", error.strerror)
        self._close_spare()
        try:
            super().accept()[0].close()
        except OSError as again:
            raise BlockingIOError from again
        finally:
            try:
                self._spare = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                pass  # another thread has taken the descriptor; the next call tries again

    def _close_spare(self) -> None:
        spare, self._spare = self._spare, None
        if spare is not None:
            os.close(spare)
