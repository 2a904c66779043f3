"""A bad network between a page and the server: a UDP relay in a thread of its own, without root.

`route_through(page, relay)` intercepts the page's signaling: it replaces the server's candidates by the
relay's address and removes the page's own, so that the server learns the relay's address from the packets
themselves (a peer-reflexive candidate, RFC 8445 section 7.3.1.3). All media then crosses the relay.
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

from support.link_model import Conditions, Link

Address = tuple[str, int]
_SIGNALING_PATH = re.compile(r"/signaling(\?|$)")
_CLOSE_CODE = 4000  # any code that the page does not close with
_CANDIDATE = re.compile(r"^a=candidate:.*\r?\n", re.MULTILINE)
_HOST_CANDIDATE = re.compile(
    r"^a=candidate:\S+ 1 udp \d+ (?P<host>[\d.]+) (?P<port>\d+) typ host", re.M | re.I
)


class UdpRelay:
    """Forwards packets between any number of pages and the server, each direction over a `Link`.

    Attributes:
        down: the link from the server to the pages.
        up: the link from the pages to the server.
        sockets: the pages' signaling WebSockets, page's side and server's side, in the order of opening.
    """

    def __init__(self, conditions: Conditions = Conditions(), seed: int = 1) -> None:  # noqa: B008  frozen
        self.down, self.up = Link(conditions, seed), Link(conditions, seed + 1)
        self.sockets: list[tuple[WebSocketRoute, WebSocketRoute]] = []
        self._loop = asyncio.new_event_loop()
        self._relayed: dict[Address, Address] = {}
        self._transports: list[asyncio.BaseTransport] = []
        self._thread = threading.Thread(target=self._loop.run_forever, name="udp-relay", daemon=True)
        self._thread.start()

    def set(self, conditions: Conditions) -> None:
        """Change both directions; packets that were sent before keep their arrival times."""
        self.down.conditions = self.up.conditions = conditions

    def address_for(self, server: Address) -> Address:
        """Return the relay's address whose packets are forwarded to this address of the server's."""
        return asyncio.run_coroutine_threadsafe(self._open(server), self._loop).result(5)

    def break_signaling(self) -> None:
        """Close both sides of the WebSocket that was opened last; media is not affected."""
        for side in self.sockets[-1]:
            side.close(code=_CLOSE_CODE)

    def close(self) -> None:
        """End the thread and close all sockets."""
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join()
        self._loop.close()

    async def _open(self, server: Address) -> Address:
        if server not in self._relayed:
            front = _PageSide(self, server)
            transport, _ = await self._loop.create_datagram_endpoint(lambda: front, local_addr=(server[0], 0))
            self.close_with_relay(transport)
            self._relayed[server] = transport.get_extra_info("sockname")
        return self._relayed[server]

    def close_with_relay(self, transport: asyncio.BaseTransport) -> None:
        """Close this transport when the relay is closed."""
        self._transports.append(transport)

    def forward(self, link: Link, data: bytes, send: Callable[[bytes], None]) -> None:
        """Call `send` at the time at which the link lets the packet arrive, if it does."""
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


class _PageSide(asyncio.DatagramProtocol):
    """The socket that pages send to; each of their addresses gets a socket of its own towards the server."""

    def __init__(self, relay: UdpRelay, server: Address) -> None:
        self._relay, self._server = relay, server
        self._to_server: dict[Address, asyncio.Future[asyncio.DatagramTransport]] = {}

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, page: Address) -> None:
        if page not in self._to_server:
            self._to_server[page] = asyncio.ensure_future(self._open(page))
        self._to_server[page].add_done_callback(
            lambda opened: self._relay.forward(
                self._relay.up, data, lambda data: _send(opened.result(), data)
            )
        )

    async def _open(self, page: Address) -> asyncio.DatagramTransport:
        to_page = _ServerSide(lambda data: _send(self._transport, data, page), self._relay)
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: to_page, local_addr=(self._server[0], 0), remote_addr=self._server
        )
        self._relay.close_with_relay(transport)
        return transport


class _ServerSide(asyncio.DatagramProtocol):
    """Receives what the server sends to one page."""

    def __init__(self, send: Callable[[bytes], None], relay: UdpRelay) -> None:
        self._send, self._relay = send, relay

    def datagram_received(self, data: bytes, address: Address) -> None:
        self._relay.forward(self._relay.down, data, self._send)

    def error_received(self, error: Exception) -> None:
        """The server has closed its socket; the page detects that by itself."""


def _send(transport: asyncio.DatagramTransport, data: bytes, address: Address | None = None) -> None:
    if not transport.is_closing():
        transport.sendto(data, address)


def rewritten_offer(sdp: str, address_for: Callable[[Address], Address]) -> str:
    """Return the server's offer with one candidate, IPv4, that leads to the relay.

    Raises:
        ValueError: the offer has no IPv4 host candidate.
    """
    found = _HOST_CANDIDATE.search(sdp)
    if found is None:
        raise ValueError("the offer has no IPv4 host candidate")
    host, port = address_for((found["host"], int(found["port"])))
    relayed = f"a=candidate:1 1 udp 2130706431 {host} {port} typ host\r\n"
    bare = _CANDIDATE.sub("", sdp)
    return re.sub(r"^a=end-of-candidates", relayed + "a=end-of-candidates", bare, flags=re.MULTILINE)


def route_through(page: Page, relay: UdpRelay) -> None:
    """Lead all media connections that this page is going to make through the relay."""

    def route(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        relay.sockets.append((socket, server))

        def to_page(text: str | bytes) -> None:
            if isinstance(text, bytes):  # tiles over the WebSocket: TCP, which the relay does not carry
                socket.send(text)
                return
            message = json.loads(text)
            if message["type"] == "offer":
                message["sdp"] = rewritten_offer(message["sdp"], relay.address_for)
            socket.send(json.dumps(message))

        server.on_message(to_page)
        socket.on_message(lambda text: _send_without_candidates(server, text))

    page.route_web_socket(_SIGNALING_PATH, route)


def _send_without_candidates(server: WebSocketRoute, text: str | bytes) -> None:
    """Pass a message of the page's on."""
    if isinstance(text, bytes):  # input over the WebSocket
        server.send(text)
        return
    message = json.loads(text)
    if message["type"] == "candidate":
        return
    if message["type"] == "answer":
        message["sdp"] = _CANDIDATE.sub("", message["sdp"])
    server.send(json.dumps(message))


@contextlib.contextmanager
def udp_relay(conditions: Conditions = Conditions(), seed: int = 1) -> Iterator[UdpRelay]:  # noqa: B008  frozen
    """Run a relay until the context ends."""
    relay = UdpRelay(conditions, seed)
    try:
        yield relay
    finally:
        relay.close()
