"""Bounds the number of connections, before TLS and before a byte of them is read.

Where there is no place for a new connection, the oldest idle one without a token ends: clients that only hold
connections open cost nobody else theirs. Clients that open connections again and again wait for their turn,
so that their handshakes and requests delay nobody else's, and those beyond a rate are refused, which costs
little.
"""

import enum
import ipaddress
import socket
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from moof.server.auth.sender import network_of
from moof.token_bucket import TokenBucket, WaitingTokenBuckets

CONNECTION: Final = "moof.connection"
"""Key of the request's HttpConnection in its scope."""
MAX_CONNECTIONS: Final = 300
"""Of all ports together. A page has up to seven, one of them for long."""
RESERVED: Final = 60
"""Connections that only those with a token can have."""
MAX_PER_NETWORK: Final = 120
"""Connections of one IPv4 address or IPv6 /64 network, unless it is a trusted proxy."""
NEW_PER_SECOND: Final = 100.0
"""New connections of one network."""
NEW_BURST: Final = 600.0
"""The page is about a hundred files, and some proxies open a connection for each request."""
AT_ONCE_PER_SECOND: Final = 50.0
AT_ONCE_BURST: Final = 16.0
"""New connections that do not wait: of one network that has a connection with a token, and of all others
together. A page opens up to seven."""
_MAX_NETWORKS: Final = 1024
_MAX_ENDING: Final = 32
FIRST_REQUEST_SECONDS: Final = 15.0
"""Time for the TLS handshake and the header of the first request."""


class Admission(enum.Enum):
    """What is to be done with a new connection."""

    REFUSED = enum.auto()
    IN_TURN = enum.auto()
    """It begins after those that wait already."""
    AT_ONCE = enum.auto()


def _buckets(rate: float, burst: float) -> WaitingTokenBuckets[str]:
    return WaitingTokenBuckets(rate, burst, _MAX_NETWORKS)


@dataclass(slots=True, eq=False)
class HttpConnection:
    """An accepted connection.

    `used_at` is when it was accepted or its last request ended, CLOCK_MONOTONIC in seconds; `requests` is the
    number of requests and WebSockets in progress.
    """

    socket: socket.socket
    peer: tuple[str, int]
    network: str
    used_at: float
    requests: int = 0
    authenticated: bool = False
    """Whether one of its requests had a valid token, or needed none."""
    local_user: bool | None = None
    """Whether it belongs to the user who runs the server (local_user.py), None before that was asked."""
    requested: bool = False
    """Whether the header of a request has arrived."""

    @property
    def priority(self) -> tuple[bool, bool, float]:
        """The lowest one ends first: without a token, idle, for longest."""
        return self.authenticated, self.requests > 0, self.used_at

    @property
    def in_use(self) -> bool:
        """Whether it does not end for another connection: it has a token and a request."""
        return self.authenticated and self.requests > 0


@dataclass(slots=True)
class ConnectionLimiter:
    """The connections of all ports. Belongs to the event loop; `now` is CLOCK_MONOTONIC in seconds."""

    proxies: Collection[str] = ()
    """Addresses and networks of trusted proxies, which may have more connections than others."""
    _connections: dict[tuple[str, int], HttpConnection] = field(default_factory=dict)
    _arrivals: WaitingTokenBuckets[str] = field(default_factory=lambda: _buckets(NEW_PER_SECOND, NEW_BURST))
    _at_once: WaitingTokenBuckets[str] = field(
        default_factory=lambda: _buckets(AT_ONCE_PER_SECOND, AT_ONCE_BURST)
    )
    _strangers: TokenBucket = field(default_factory=lambda: TokenBucket(AT_ONCE_PER_SECOND, AT_ONCE_BURST))
    _ending: list[socket.socket] = field(default_factory=list)
    """Sockets that have been ended, until their transports close them."""

    def admit(self, accepted: socket.socket, peer: tuple[str, int], now: float) -> Admission:
        """Count a new connection, unless it is refused; the caller is to close it then."""
        self._forget_closed()
        network = network_of(peer[0])
        is_proxy = self._is_proxy(network)
        if not is_proxy and not self._arrivals.of(network).take(now):
            return Admission.REFUSED
        if not self._make_room(network):
            return Admission.REFUSED
        begins = is_proxy or self._begins_at_once(network, now)
        self._connections[peer] = HttpConnection(accepted, peer, network, now)
        return Admission.AT_ONCE if begins else Admission.IN_TURN

    @property
    def is_behind(self) -> bool:
        """Whether so many ended connections are still open that no other one should be accepted now."""
        if len(self._ending) >= _MAX_ENDING:
            self._forget_closed()
        return len(self._ending) >= _MAX_ENDING

    def find(self, peer: tuple[str, int]) -> HttpConnection | None:
        """Return the connection with this address and port, None if it has been ended."""
        return self._connections.get(peer)

    def review(self, now: float) -> None:
        """End connections whose first request does not arrive. Call it every second."""
        self._forget_closed()
        for each in [*self._connections.values()]:
            if not each.requested and now - each.used_at > FIRST_REQUEST_SECONDS:
                self._end(each)

    def __len__(self) -> int:
        """Return the number of connections."""
        return len(self._connections)

    def _is_proxy(self, address: str) -> bool:
        return any(_contains(proxy, address) for proxy in self.proxies)

    def _begins_at_once(self, network: str, now: float) -> bool:
        """Count a new connection; return whether its network, or all strangers, keep to their rates."""
        connections = self._connections.values()
        known = any(each.authenticated and each.network == network for each in connections)
        return (self._at_once.of(network) if known else self._strangers).take(now)

    def _make_room(self, network: str) -> bool:
        connections = self._connections.values()
        neighbours = [each for each in connections if each.network == network]
        if len(neighbours) >= MAX_PER_NETWORK and not self._is_proxy(network):
            return self._end_one_of(neighbours)
        strangers = [each for each in connections if not each.authenticated]
        if len(strangers) >= MAX_CONNECTIONS - RESERVED:
            return self._end_one_of(strangers)
        return len(connections) < MAX_CONNECTIONS or self._end_one_of(connections)

    def _end_one_of(self, connections: Iterable[HttpConnection]) -> bool:
        least = min(connections, key=lambda each: each.priority)
        if least.in_use:
            return False
        self._end(least)
        return True

    def _end(self, connection: HttpConnection) -> None:
        del self._connections[connection.peer]
        self._ending.append(connection.socket)
        try:
            connection.socket.shutdown(socket.SHUT_RDWR)  # its transport, or its handshake, closes it then
        except OSError:
            pass  # it has ended by itself

    def _forget_closed(self) -> None:
        closed = [peer for peer, each in self._connections.items() if each.socket.fileno() < 0]
        for peer in closed:
            del self._connections[peer]
        self._ending = [each for each in self._ending if each.fileno() >= 0]


def _contains(proxy: str, address: str) -> bool:
    """Return whether a proxy's address or network contains an address or network."""
    outer, inner = ipaddress.ip_network(proxy), ipaddress.ip_network(address)
    if isinstance(outer, ipaddress.IPv4Network) and isinstance(inner, ipaddress.IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(outer, ipaddress.IPv6Network) and isinstance(inner, ipaddress.IPv6Network):
        return inner.subnet_of(outer) or outer.subnet_of(inner)
    return False


class ConnectionMiddleware:
    """ASGI middleware, the outermost one: counts the requests of each connection."""

    def __init__(self, app: ASGIApp, limiter: ConnectionLimiter) -> None:
        self._app = app
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its connection in the scope."""
        connection = self._limiter.find(scope["client"]) if scope.get("client") else None
        if connection is None:
            await self._app(scope, receive, send)
            return
        connection.requested = True
        connection.requests += 1
        try:
            await self._app({**scope, CONNECTION: connection}, receive, send)
        finally:
            connection.requests -= 1
            connection.used_at = time.monotonic()
