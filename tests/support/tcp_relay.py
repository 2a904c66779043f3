"""A TCP proxy in a thread of its own that delays, limits and stalls what the server sends, and cuts lines.

It loses nothing, as TCP would retransmit that. A slow network's effect on the sender is the same here: its
socket accepts no more data.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator

from support.link_model import Conditions, Link

_CHUNK_BYTES = 1400
_QUEUED_CHUNKS = 8
_POLL_SECONDS = 0.01


class TcpRelay:
    """Forwards the connections to its own port to the server; `conditions` affect what the server sends."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.conditions = Conditions()
        self.cut_after: int | None = None
        """Bytes of the page after which the connection that sends them is cut, once."""
        self.cuts = 0
        self._server = server
        self._loop = asyncio.new_event_loop()
        self._socket = socket.create_server((server[0], 0))
        self._socket.setblocking(False)
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, name="tcp-relay", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port to connect to."""
        return int(self._socket.getsockname()[1])

    def close(self) -> None:
        """Close all connections and end the thread."""
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
            self._loop.run_until_complete(asyncio.wait(list(self._tasks)))  # tasks that end leave the set

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
            chunks: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_QUEUED_CHUNKS)
            directions = (
                self._forward_up(page, server),
                self._receive(server, chunks),
                self._forward_down(chunks, page),
            )
            tasks = [asyncio.ensure_future(direction) for direction in directions]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()

    async def _forward_up(self, page: socket.socket, server: socket.socket) -> None:
        while data := await self._loop.sock_recv(page, 65536):
            await self._loop.sock_sendall(server, data)
            if self._cuts_now(len(data)):
                return

    def _cuts_now(self, size: int) -> bool:
        if self.cut_after is None:
            return False
        self.cut_after -= size
        if self.cut_after > 0:
            return False
        self.cut_after = None
        self.cuts += 1
        return True

    async def _receive(self, server: socket.socket, chunks: asyncio.Queue[tuple[float, bytes]]) -> None:
        link = Link()
        while data := await self._loop.sock_recv(server, _CHUNK_BYTES):
            while self.conditions.silent:  # noqa: ASYNC110  set by another thread
                await asyncio.sleep(_POLL_SECONDS)
            link.conditions = self.conditions
            arrival = link.arrival(self._loop.time(), len(data))
            assert arrival is not None, "the TCP relay loses nothing"
            await chunks.put((arrival, data))

    async def _forward_down(self, chunks: asyncio.Queue[tuple[float, bytes]], page: socket.socket) -> None:
        while True:
            arrival, data = await chunks.get()
            await asyncio.sleep(max(0.0, arrival - self._loop.time()))
            await self._loop.sock_sendall(page, data)


@contextlib.contextmanager
def tcp_relay(host: str, port: int) -> Iterator[TcpRelay]:
    """Run a relay in front of host:port until the context ends."""
    relay = TcpRelay((host, port))
    try:
        yield relay
    finally:
        relay.close()
