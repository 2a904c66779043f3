"""A bad network between a page and the server: a UDP relay in a thread of its own, no root needed.

`through(page, relay)` stands in the middle of the page's signalling: it turns the server's candidates into
the relay's address, and keeps the page's own from the server, which learns the relay's address from the
packets themselves (a peer-reflexive candidate, RFC 8445 section 7.3.1.3). So all media crosses the relay.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

from link import Conditions, Link

Address = tuple[str, int]
_SIGNALLING = re.compile(r"/signaling(\?|$)")
_BREAK = 4000  # any code that no page says goodbye with
_CANDIDATE = re.compile(r"^a=candidate:.*\r?\n", re.MULTILINE)
_HOST_CANDIDATE = re.compile(
    r"^a=candidate:\S+ 1 udp \d+ (?P<host>[\d.]+) (?P<port>\d+) typ host", re.M | re.I
)


class Relay:
    """Carries packets between any number of pages and the server, each way over a `Link`."""

    def __init__(self, conditions: Conditions = Conditions(), seed: int = 1) -> None:  # noqa: B008  frozen
        self.down, self.up = Link(conditions, seed), Link(conditions, seed + 1)
        self._loop = asyncio.new_event_loop()
        self._ports: dict[Address, Address] = {}
        self._transports: list[asyncio.BaseTransport] = []
        self.sockets: list[tuple[WebSocketRoute, WebSocketRoute]] = []
        """The signalling of the pages, on their side and on the server's, in the order of opening."""
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._thread.start()

    def set(self, conditions: Conditions) -> None:
        """Change both directions; what is under way keeps its time."""
        self.down.conditions = self.up.conditions = conditions

    def address_for(self, server: Address) -> Address:
        """Return the address whose packets go to this one of the server's."""
        return asyncio.run_coroutine_threadsafe(self._open(server), self._loop).result(5)

    def break_signalling(self) -> None:
        """Break the WebSocket that was opened last; media goes on."""
        for end in self.sockets[-1]:
            end.close(code=_BREAK)

    def close(self) -> None:
        """End the thread and close all sockets."""
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join()
        self._loop.close()

    async def _open(self, server: Address) -> Address:
        if server not in self._ports:
            front = _Front(self, server)
            transport, _ = await self._loop.create_datagram_endpoint(lambda: front, local_addr=(server[0], 0))
            self.keep(transport)
            self._ports[server] = transport.get_extra_info("sockname")
        return self._ports[server]

    def keep(self, transport: asyncio.BaseTransport) -> None:
        """Close this with the relay."""
        self._transports.append(transport)

    def carry(self, link: Link, data: bytes, send: Callable[[bytes], None]) -> None:
        """Send a packet when the link says that it arrives."""
        now = self._loop.time()
        arrival = link.arrival(now, len(data))
        if arrival is None:
            return
        if arrival <= now:
            send(data)
        else:
            self._loop.call_at(arrival, send, data)

    def _stop(self) -> None:
        for transport in self._transports:
            transport.close()
        self._loop.call_soon(self._loop.stop)


class _Front(asyncio.DatagramProtocol):
    """Where pages send to; each of their addresses has a socket of its own towards the server."""

    def __init__(self, relay: Relay, server: Address) -> None:
        self._relay, self._server = relay, server
        self._backs: dict[Address, asyncio.Future[asyncio.DatagramTransport]] = {}

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, page: Address) -> None:
        if page not in self._backs:
            self._backs[page] = asyncio.ensure_future(self._open_back(page))
        back = self._backs[page]
        back.add_done_callback(
            lambda opened: self._relay.carry(self._relay.up, data, lambda data: _send(opened.result(), data))
        )

    async def _open_back(self, page: Address) -> asyncio.DatagramTransport:
        to_page = _Back(lambda data: _send(self._transport, data, page), self._relay)
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: to_page, local_addr=(self._server[0], 0), remote_addr=self._server
        )
        self._relay.keep(transport)
        return transport


class _Back(asyncio.DatagramProtocol):
    """What the server sends to one page."""

    def __init__(self, send: Callable[[bytes], None], relay: Relay) -> None:
        self._send, self._relay = send, relay

    def datagram_received(self, data: bytes, address: Address) -> None:
        self._relay.carry(self._relay.down, data, self._send)

    def error_received(self, error: Exception) -> None:
        """The server has closed its socket: the page will notice."""


def _send(transport: asyncio.DatagramTransport, data: bytes, address: Address | None = None) -> None:
    if not transport.is_closing():
        transport.sendto(data, address)


def rewritten_offer(sdp: str, address_for: Callable[[Address], Address]) -> str:
    """Return the server's offer with one candidate left, IPv4, that leads through the relay."""
    found = _HOST_CANDIDATE.search(sdp)
    if found is None:
        raise ValueError("the offer has no IPv4 host candidate")
    host, port = address_for((found["host"], int(found["port"])))
    relayed = f"a=candidate:1 1 udp 2130706431 {host} {port} typ host\r\n"
    bare = _CANDIDATE.sub("", sdp)
    return re.sub(r"^a=end-of-candidates", relayed + "a=end-of-candidates", bare, flags=re.MULTILINE)


def through(page: Page, relay: Relay) -> None:
    """Lead all connections that this page is going to make through the relay."""

    def route(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        relay.sockets.append((socket, server))

        def to_page(text: str | bytes) -> None:
            if isinstance(text, bytes):  # a lossless picture: TCP's own business
                socket.send(text)
                return
            message = json.loads(text)
            if message["type"] == "offer":
                message["sdp"] = rewritten_offer(message["sdp"], relay.address_for)
            socket.send(json.dumps(message))

        def to_server(text: str | bytes) -> None:
            message = json.loads(text)
            if message["type"] == "candidate":
                return
            if message["type"] == "answer":
                message["sdp"] = _CANDIDATE.sub("", message["sdp"])
            server.send(json.dumps(message))

        server.on_message(to_page)
        socket.on_message(to_server)

    page.route_web_socket(_SIGNALLING, route)


@contextlib.contextmanager
def relay(conditions: Conditions = Conditions(), seed: int = 1) -> Iterator[Relay]:  # noqa: B008  frozen
    """A relay for as long as the context lasts."""
    made = Relay(conditions, seed)
    try:
        yield made
    finally:
        made.close()
