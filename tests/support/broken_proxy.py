"""A reverse proxy in a thread of its own, with one of the faults that proxies in front of Moof have."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_CHUNK_BYTES: Final = 65_536


@dataclass(frozen=True)
class ProxyFault:
    """What the proxy does wrong; without arguments nothing."""

    removes_upgrade: bool = False
    """WebSockets reach the server as plain requests: nginx without its settings for them."""
    upgrade_status: int = 0
    """It answers WebSockets itself, with this status."""
    closes_upgrade: bool = False
    """It closes the connection of a WebSocket without an answer."""
    replaces_host: bool = False
    """The server gets its own address as the Host header: nginx without proxy_set_header Host."""
    signaling_status: int = 0
    """It answers every request for /signaling itself, with this status: another service has that path."""


class BrokenProxy:
    """Forwards each request to the server over a connection of its own."""

    def __init__(self, server: tuple[str, int], fault: ProxyFault) -> None:
        self._server = server
        self._fault = fault
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="broken-proxy", daemon=True)
        self._thread.start()
        starting = asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._listening = asyncio.run_coroutine_threadsafe(starting, self._loop).result(30)

    @property
    def url(self) -> str:
        """The address of the page behind the proxy."""
        return f"http://127.0.0.1:{self._listening.sockets[0].getsockname()[1]}"

    def close(self) -> None:
        """Close all connections and end the thread."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        for listening in self._listening.sockets:
            self._loop.remove_reader(
                listening.fileno()
            )  # accept no more; close() would lose what it is accepting
        await _turns()
        self._listening.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()  # closing waits for what has not been sent
        await _turns()  # transports close their sockets

    async def _serve(self, browser: asyncio.StreamReader, to_browser: asyncio.StreamWriter) -> None:
        self._writers.add(to_browser)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await browser.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
            await self._answer(head, browser, to_browser)
        to_browser.close()

    async def _answer(
        self, head: list[str], browser: asyncio.StreamReader, to_browser: asyncio.StreamWriter
    ) -> None:
        is_upgrade = any(line.lower().startswith("upgrade:") for line in head)
        if is_upgrade and self._fault.closes_upgrade:
            return
        if (status := self._own_status(head[0], is_upgrade)) != 0:
            to_browser.write(f"HTTP/1.1 {status} X\r\nConnection: close\r\n\r\nproxy".encode())
            await to_browser.drain()
            return
        server, to_server = await asyncio.open_connection(*self._server)
        self._writers.add(to_server)
        try:
            to_server.write("\r\n".join([*self._forwarded(head, is_upgrade), "", ""]).encode("latin-1"))
            ways = [
                asyncio.ensure_future(_copy(browser, to_server)),
                asyncio.ensure_future(_copy(server, to_browser)),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
        finally:
            to_server.close()

    def _own_status(self, request: str, is_upgrade: bool) -> int:
        if self._fault.signaling_status and request.split()[1].partition("?")[0].endswith("/signaling"):
            return self._fault.signaling_status
        return self._fault.upgrade_status if is_upgrade else 0

    def _forwarded(self, head: list[str], is_upgrade: bool) -> list[str]:
        """Return the header that the server gets."""
        dropped = set()
        if not is_upgrade or self._fault.removes_upgrade:
            dropped |= {"connection", "upgrade"}
        if self._fault.replaces_host:
            dropped.add("host")
        lines = [line for line in head if line.partition(":")[0].lower() not in dropped]
        if "connection" in dropped:
            lines.append("Connection: close")
        if "host" in dropped:
            lines.append("Host: {}:{}".format(*self._server))
        return lines


async def _turns() -> None:
    """Let the event loop do what it has begun."""
    for _ in range(10):
        await asyncio.sleep(0)


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(_CHUNK_BYTES):
        target.write(data)
        await target.drain()


@contextlib.contextmanager
def broken_proxy(server: tuple[str, int], fault: ProxyFault) -> Iterator[BrokenProxy]:
    """Run a proxy in front of the server until the context ends."""
    proxy = BrokenProxy(server, fault)
    try:
        yield proxy
    finally:
        proxy.close()
