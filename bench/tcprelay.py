"""A bad line for TCP: a proxy in a thread of its own that delays, narrows and stalls what the server sends.

Nothing is lost on it: TCP would send that again. What a slow line does to the sender is what it does here: it
takes no more.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator

from link import Conditions, Link

_PIECE = 1400
_QUEUED = 8
_LOOK_SECONDS = 0.01


class TcpRelay:
    """Leads every connection to its own port on to the server's."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.conditions = Conditions()
        self._server = server
        self._loop = asyncio.new_event_loop()
        self._socket = socket.create_server((server[0], 0))
        self._socket.setblocking(False)
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, name="tcp-relay", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where to connect to."""
        return int(self._socket.getsockname()[1])

    def close(self) -> None:
        """Cut all connections and end the thread."""
        self._loop.call_soon_threadsafe(self._accepting.cancel)
        self._thread.join()
        self._loop.close()
        self._socket.close()

    def _run(self) -> None:
        self._accepting = self._loop.create_task(self._accept())
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._accepting)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            self._loop.run_until_complete(asyncio.wait(self._tasks))

    async def _accept(self) -> None:
        while True:
            page, _ = await self._loop.sock_accept(self._socket)
            task = self._loop.create_task(self._serve(page))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _serve(self, page: socket.socket) -> None:
        with page, socket.socket() as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            server.setblocking(False)
            await self._loop.sock_connect(server, self._server)
            pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_QUEUED)
            ways = self._up(page, server), self._take(server, pieces), self._hand_on(pieces, page)
            tasks = [asyncio.ensure_future(way) for way in ways]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()

    async def _up(self, page: socket.socket, server: socket.socket) -> None:
        while data := await self._loop.sock_recv(page, 65536):
            await self._loop.sock_sendall(server, data)

    async def _take(self, server: socket.socket, pieces: asyncio.Queue[tuple[float, bytes]]) -> None:
        link = Link()
        while data := await self._loop.sock_recv(server, _PIECE):
            while self.conditions.silent:  # noqa: ASYNC110  another thread ends it
                await asyncio.sleep(_LOOK_SECONDS)
            link.conditions = self.conditions
            arrival = link.arrival(self._loop.time(), len(data))
            assert arrival is not None, "a TCP line loses nothing"
            await pieces.put((arrival, data))

    async def _hand_on(self, pieces: asyncio.Queue[tuple[float, bytes]], page: socket.socket) -> None:
        while True:
            arrival, data = await pieces.get()
            await asyncio.sleep(max(0.0, arrival - self._loop.time()))
            await self._loop.sock_sendall(page, data)


@contextlib.contextmanager
def tcp_relay(host: str, port: int) -> Iterator[TcpRelay]:
    """A relay for as long as the context lasts."""
    made = TcpRelay((host, port))
    try:
        yield made
    finally:
        made.close()
