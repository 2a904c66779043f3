"""Accepts the connections of a port as the limiter admits them, and works without descriptors."""

import asyncio
import contextlib
import errno
import logging
import os
import select
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from moof.server.http.connection_limiter import Admission, ConnectionLimiter
from moof.token_bucket import TokenBucket

LOG: Final = logging.getLogger(__name__)

_NO_DESCRIPTOR: Final = (errno.EMFILE, errno.ENFILE)
_WARNINGS_PER_SECOND: Final = 0.1
_PER_TURN: Final = 100
"""Connections that are accepted before the event loop goes on: each costs 20 µs until it begins."""
_SILENT_SECONDS: Final = 5
"""How long the kernel keeps a connection on which nothing arrives, before it is accepted nevertheless."""
WAITING_PER_SECOND: Final = 100.0
"""Waiting connections that begin. A TLS handshake and the page's first request take 1 to 2 ms."""
MAX_WAITING: Final = 200
_HANDSHAKE_SECONDS: Final = 10.0


class ConnectionAcceptor:
    """Accepts connections, and begins those at once that the limiter admits; others wait for their turn.

    Only those on which something has arrived have a turn: silent ones delay nobody.

    asyncio's own server would begin all that are in the kernel's queue in the order of their arrival: a
    client with a token would wait for the handshakes and requests of every stranger before it. Without a free
    descriptor it would try the same connection again and again: here a spare descriptor is given up for as
    long as it takes to close that connection. Belongs to the event loop.
    """

    def __init__(self, listening: socket.socket, limiter: ConnectionLimiter) -> None:
        listening.setblocking(False)
        self._listening = listening
        self._limiter = limiter
        self._spare: int | None = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        self._warnings = TokenBucket(_WARNINGS_PER_SECOND, 1.0)
        self._waiting: deque[tuple[socket.socket, tuple[str, int]]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._beginning: set[asyncio.Task[None]] = set()
        self._factory: Callable[[], asyncio.Protocol] | None = None
        self._tls: ssl.SSLContext | None = None

    @property
    def port(self) -> int:
        """The number of the bound port."""
        return int(self._listening.getsockname()[1])

    def start(self, factory: Callable[[], asyncio.Protocol], tls: ssl.SSLContext | None) -> None:
        """Accept connections from now on, and make a protocol for each, over TLS if there is a context.

        The kernel keeps connections on which nothing has arrived (TCP_DEFER_ACCEPT, tcp(7)).
        """
        if hasattr(socket, "TCP_DEFER_ACCEPT"):
            self._listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, _SILENT_SECONDS)
        self._factory, self._tls = factory, tls
        asyncio.get_running_loop().add_reader(self._listening, self._accept_waiting)

    def stop(self) -> None:
        """Accept no more connections, and close those that have not begun. The port stays bound."""
        if self._factory is None:
            return
        self._factory = None
        asyncio.get_running_loop().remove_reader(self._listening)
        if self._timer is not None:
            self._timer.cancel()
        for connection, _ in self._waiting:
            connection.close()
        self._waiting.clear()
        for task in self._beginning:
            task.cancel()

    def close(self) -> None:
        """Close the port."""
        self._close_spare()
        self._listening.close()

    def _accept_waiting(self) -> None:
        """Accept what the kernel has, as far as one turn of the event loop may take."""
        for _ in range(_PER_TURN):
            if self._limiter.is_behind:
                return
            try:
                connection, address = self._listening.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in _NO_DESCRIPTOR:
                    self._drop_one(error)
                continue  # the client has gone already (accept(2) passes on its errors)
            self._place(connection, (str(address[0]), int(address[1])))

    def _place(self, connection: socket.socket, peer: tuple[str, int]) -> None:
        connection.setblocking(False)
        admission = self._limiter.admit(connection, peer, time.monotonic())
        if admission is Admission.AT_ONCE:
            self._begin(connection)
        elif admission is Admission.IN_TURN and self._has_place_to_wait():
            self._waiting.append((connection, peer))
            if self._timer is None:
                self._wait()
        else:
            connection.close()

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(1 / WAITING_PER_SECOND, self._begin_next)

    def _begin_next(self) -> None:
        """Begin the connection that has waited for longest, of those on which something has arrived."""
        self._timer = None
        self._close_ended()
        arrived = self._arrived()
        index = next(
            (index for index, waits in enumerate(self._waiting) if waits[0].fileno() in arrived), None
        )
        if index is not None:
            connection, _ = self._waiting[index]
            del self._waiting[index]
            self._begin(connection)
        if self._waiting:
            self._wait()

    def _has_place_to_wait(self) -> bool:
        """Return whether one more connection can wait; the oldest silent one is closed for it."""
        if len(self._waiting) < MAX_WAITING:
            return True
        arrived = self._arrived()
        silent = next((waits for waits in self._waiting if waits[0].fileno() not in arrived), None)
        if silent is not None:
            silent[0].close()
            self._waiting.remove(silent)
        return silent is not None

    def _close_ended(self) -> None:
        """Close those that the limiter has ended while they waited."""
        for waits in [*self._waiting]:
            if self._limiter.find(waits[1]) is None:
                waits[0].close()
                self._waiting.remove(waits)

    def _arrived(self) -> set[int]:
        """Return the descriptors of the waiting connections that have data, or have been closed."""
        poll = select.poll()
        for connection, _ in self._waiting:
            poll.register(connection, select.POLLIN)
        return {descriptor for descriptor, _ in poll.poll(0)}

    def _begin(self, connection: socket.socket) -> None:
        task = asyncio.get_running_loop().create_task(self._connect(connection))
        self._beginning.add(task)
        task.add_done_callback(self._beginning.discard)

    async def _connect(self, connection: socket.socket) -> None:
        """Hand a connection to its protocol; a failed handshake closes it."""
        if self._factory is None:
            connection.close()
            return
        seconds = _HANDSHAKE_SECONDS if self._tls else None
        with contextlib.suppress(OSError):  # ssl.SSLError and TimeoutError are among them
            await asyncio.get_running_loop().connect_accepted_socket(
                self._factory, connection, ssl=self._tls, ssl_handshake_timeout=seconds
            )

    def _drop_one(self, error: OSError) -> None:
        """Accept one connection with the spare descriptor, and close it."""
        if self._warnings.take(time.monotonic()):
            LOG.warning("A connection is dropped: %s.", error.strerror)
        self._close_spare()
        with contextlib.suppress(OSError):
            self._listening.accept()[0].close()
        with contextlib.suppress(
            OSError
        ):  # another thread has taken the descriptor; the next call tries again
            self._spare = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)

    def _close_spare(self) -> None:
        spare, self._spare = self._spare, None
        if spare is not None:
            os.close(spare)
